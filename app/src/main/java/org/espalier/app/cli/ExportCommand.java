package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.formats.ModelFile;
import org.espalier.formats.onnx.OnnxFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model for other programs. */
@Command(
    name = "export",
    description = {
      "Writes a model for other programs: as ONNX for inference elsewhere, or as safetensors with"
          + " names and shapes as PyTorch has them.",
      "Dense, absent weights become zeros: the receiver gains neither time nor memory from"
          + " sparsity. Sparse, the file gets smaller; as ONNX that is all, since ONNX Runtime"
          + " makes the weights dense when it loads them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier export runs/NAME --out model.onnx",
      "  espalier export runs/NAME --format onnx --sparse --out small.onnx",
      "  espalier export runs/NAME --out dense.safetensors",
    })
final class ExportCommand implements Runnable {
  @Mixin private Output output;

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "onnx or safetensors; by default what the name of the file ends in.")
  private @Nullable Format format;

  @ArgGroup private Weights weights = new Weights();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  /** A kind of file that others read. */
  enum Format {
    ONNX,
    SAFETENSORS
  }

  /** Whether absent weights are written. */
  static final class Weights {
    @SuppressWarnings("UnusedVariable") // the default, for those who like to say so
    @Option(names = "--dense", description = "Write absent weights as zeros: the default.")
    private boolean dense;

    @Option(names = "--sparse", description = "Leave absent weights out, with indices instead.")
    private boolean sparse;
  }

  @Override
  public void run() {
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var chosen = format == null ? byName() : format;
    var saved = SavedModel.read(source);
    write(saved, chosen);
    var result = new LinkedHashMap<String, Object>();
    result.put("file", target.toString());
    result.put("format", chosen.name().toLowerCase(Locale.ROOT));
    result.put("weights", weights.sparse ? "sparse" : "dense");
    result.put("bytes", bytes());
    output.text("wrote " + target + ", " + Quantity.bytes(bytes()) + "; " + gain(chosen));
    output.result(result);
  }

  private Format byName() {
    return target.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
        ? Format.ONNX
        : Format.SAFETENSORS;
  }

  private void write(SavedModel saved, Format format) {
    var network = saved.network();
    var parameters = saved.model().parameters();
    switch (format) {
      case ONNX ->
          OnnxFile.write(
              target,
              network,
              parameters,
              weights.sparse ? OnnxFile.Weights.SPARSE : OnnxFile.Weights.DENSE,
              saved.metadata());
      case SAFETENSORS -> {
        if (weights.sparse) {
          ModelFile.write(target, network, parameters, saved.metadata());
        } else {
          ModelFile.writeDense(target, network, parameters, saved.metadata());
        }
      }
    }
  }

  /** What whoever gets the file has of the sparsity. */
  private String gain(Format format) {
    if (!weights.sparse) {
      return "all tensors dense: the receiver gains neither time nor memory from sparsity";
    }
    return switch (format) {
      case ONNX ->
          "sparse where that is shorter: the file is smaller, but ONNX Runtime makes the weights"
              + " dense when it loads them, so it gains neither time nor memory";
      case SAFETENSORS -> "sparse as Espalier reads it: docs/formats.md tells others how";
    };
  }

  private long bytes() {
    try {
      return Files.size(target);
    } catch (IOException e) {
      throw new EspalierException(target + ": cannot be read", e);
    }
  }
}
