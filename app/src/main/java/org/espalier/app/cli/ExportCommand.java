package org.espalier.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.formats.ModelFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a model as safetensors with dense tensors, names and shapes as PyTorch has them.",
      "Absent weights become zeros: the receiver gains neither time nor memory from sparsity."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  espalier export runs/NAME --out dense.safetensors"})
final class ExportCommand implements Runnable {
  @Mixin private Output output;

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  @Override
  public void run() {
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var saved = SavedModel.read(source);
    ModelFile.writeDense(target, saved.network(), saved.model().parameters(), saved.metadata());
    output.text("wrote " + target + ", all tensors dense");
    output.result(Map.of("file", target.toString()));
  }
}
