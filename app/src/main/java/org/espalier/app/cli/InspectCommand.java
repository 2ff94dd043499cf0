package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.NetworkTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a model holds. */
@Command(
    name = "inspect",
    description = "Shows the layers of a trained model, what is stored of them, and its metadata.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier inspect runs/NAME", "  espalier inspect model.safetensors --json"})
final class InspectCommand implements Runnable {
  @Mixin private Output output;

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  /** One prunable parameter as {@code --json} lists it. */
  record Layer(
      String parameter, String storage, long weights, long nnz, double density, long stored) {}

  @Override
  public void run() {
    var saved = SavedModel.read(source);
    var table = saved.table();
    output.text(saved.file() + ", " + bytes(saved.file()) + " bytes");
    output.text(table.render(output.width()));
    saved.metadata().forEach((key, value) -> output.text(key + ": " + value.replace("\n", ", ")));
    output.result(result(saved, table));
  }

  private static Map<String, Object> result(SavedModel saved, NetworkTable table) {
    var total = table.total();
    var result = new LinkedHashMap<String, Object>();
    result.put("file", saved.file().toString());
    result.put("file_bytes", bytes(saved.file()));
    result.put("network", saved.network().name());
    result.put("parameters", total.parameters());
    result.put("prunable", total.weights());
    result.put("nnz", total.nonZeros());
    result.put("density", total.density());
    result.put("inference_flops_ratio", total.cost().inferenceRatio());
    result.put("layers", layers(saved));
    result.put("metadata", saved.metadata());
    return result;
  }

  private static List<Layer> layers(SavedModel saved) {
    return saved.network().prunable().stream()
        .map(spec -> saved.model().parameters().of(spec.name()))
        .map(
            parameter ->
                new Layer(
                    parameter.name(),
                    parameter.storage().name().toLowerCase(Locale.ROOT),
                    parameter.spec().size(),
                    parameter.nonZeros(),
                    parameter.density(),
                    parameter.stored()))
        .toList();
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EspalierException(file + ": cannot be read", e);
    }
  }
}
