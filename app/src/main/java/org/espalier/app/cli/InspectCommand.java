package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.espalier.app.inspect.Histogram;
import org.espalier.app.inspect.Inspection;
import org.espalier.app.inspect.TensorInspection;
import org.espalier.app.report.InspectionReport;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model holds. */
@Command(
    name = "inspect",
    description = {
      "Shows the layers of a model, what each tensor takes in the file beside its entropy, how the"
          + " weights are spread, and the metadata.",
      "Entropies are empirical: of the mask, in bits per weight, and of the values where they are"
          + " quantised; other values count 32 bits."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier inspect runs/NAME",
      "  espalier inspect model.safetensors --html model.html",
      "  espalier inspect model.safetensors --json"
    })
final class InspectCommand implements Runnable {
  @Mixin private Output output;

  @Parameters(
      paramLabel = "RUN_OR_FILE",
      description =
          "Folder of a run, a model file, or a safetensors, NPZ or NPY file of any origin.")
  private Path source;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the same as a page that needs nothing but itself.")
  private @Nullable Path page;

  /** One prunable parameter as {@code --json} lists it. */
  record Layer(
      String parameter, String storage, long weights, long nnz, double density, long stored) {}

  /** One tensor of the file as {@code --json} lists it; entropies and sizes as in the tables. */
  record Tensor(
      String name,
      List<Integer> shape,
      long parameters,
      long nnz,
      double density,
      @Nullable String encoding,
      @Nullable Long bytes,
      @Nullable Long maskBytes,
      @Nullable Double bitsPerParameter,
      @Nullable Double bitsPerNonZero,
      double maskEntropy,
      double maskEntropyBytes,
      @Nullable Double valueEntropy,
      double entropyBytes,
      Histogram histogram) {}

  @Override
  public void run() {
    var inspection = Inspection.of(source);
    output.text(
        String.format(
            Locale.ROOT,
            "%s, %s, %,d bytes, %.3f bits per parameter",
            inspection.file(),
            inspection.format(),
            inspection.bytes(),
            inspection.bitsPerParameter()));
    inspection.table().ifPresent(table -> output.text(table.render(output.width())));
    output.text(stored(inspection.weights()) + "\n");
    output.text(spread(inspection.weights()) + "\n");
    inspection
        .metadata()
        .forEach((key, value) -> output.text(key + ": " + value.replace("\n", ", ")));
    if (page != null) {
      InspectionReport.write(page, inspection);
      output.text("wrote " + page);
    }
    output.result(result(inspection));
  }

  private static Table stored(List<TensorInspection> tensors) {
    var table =
        new Table(
            "weights",
            "stored as",
            "bytes",
            "bits/weight",
            "bits/nnz",
            "mask",
            "H(mask)",
            "H(all)");
    for (var tensor : tensors) {
      table.row(
          tensor.name(),
          tensor.stored().map(StoredTensor::encoding).orElse("–"),
          stored(tensor, StoredTensor::bytes),
          bits(tensor.bitsPerParameter()),
          bits(tensor.bitsPerNonZero()),
          stored(tensor, StoredTensor::maskBytes),
          String.format(Locale.ROOT, "%,.0f", tensor.maskEntropyBytes()),
          String.format(Locale.ROOT, "%,.0f", tensor.entropyBytes()));
    }
    return table;
  }

  private static Table spread(List<TensorInspection> tensors) {
    var table =
        new Table("weights", "density", "smallest", "mean", "deviation", "largest", "spread");
    for (var tensor : tensors) {
      var values = tensor.histogram();
      table.row(
          tensor.name(),
          Training.percent(tensor.density()),
          number(values.low()),
          number(values.mean()),
          number(values.deviation()),
          number(values.high()),
          values.blocks());
    }
    return table;
  }

  private static String stored(TensorInspection tensor, Function<StoredTensor, Long> bytes) {
    return tensor.stored().map(bytes).map("%,d"::formatted).orElse("–");
  }

  private static String bits(OptionalDouble bits) {
    return bits.isPresent() ? String.format(Locale.ROOT, "%.3f", bits.getAsDouble()) : "–";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private static Map<String, Object> result(Inspection inspection) {
    var result = new LinkedHashMap<String, Object>();
    result.put("file", inspection.file().toString());
    result.put("format", inspection.format());
    result.put("file_bytes", inspection.bytes());
    result.put("bits_per_parameter", inspection.bitsPerParameter());
    inspection.model().ifPresent(model -> result.put("network", model.network().name()));
    inspection
        .table()
        .ifPresent(
            table -> {
              var total = table.total();
              result.put("parameters", total.parameters());
              result.put("prunable", total.weights());
              result.put("nnz", total.nonZeros());
              result.put("density", total.density());
              result.put("inference_flops_ratio", total.cost().inferenceRatio());
            });
    inspection.model().ifPresent(model -> result.put("layers", layers(model)));
    result.put("tensors", inspection.tensors().stream().map(InspectCommand::tensor).toList());
    result.put("metadata", inspection.metadata());
    return result;
  }

  private static List<Layer> layers(Model model) {
    return model.network().prunable().stream()
        .map(spec -> model.parameters().of(spec.name()))
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

  private static Tensor tensor(TensorInspection tensor) {
    return new Tensor(
        tensor.name(),
        tensor.shape(),
        tensor.size(),
        tensor.nonZeros(),
        tensor.density(),
        tensor.stored().map(StoredTensor::encoding).orElse(null),
        tensor.stored().map(StoredTensor::bytes).orElse(null),
        tensor.stored().map(StoredTensor::maskBytes).orElse(null),
        orNull(tensor.bitsPerParameter()),
        orNull(tensor.bitsPerNonZero()),
        tensor.maskEntropy(),
        tensor.maskEntropyBytes(),
        orNull(tensor.valueEntropy()),
        tensor.entropyBytes(),
        tensor.histogram());
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
