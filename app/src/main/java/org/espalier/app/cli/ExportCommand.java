package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import org.espalier.app.report.ModelCard;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.RunFolder;
import org.espalier.app.run.RunResult;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.ModelFile;
import org.espalier.formats.StateDict;
import org.espalier.formats.numpy.NpzFile;
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
      "Writes a model for other programs: as ONNX for inference elsewhere, or as safetensors or NPZ"
          + " with names and shapes as PyTorch has them; and a model card beside it.",
      "Dense, absent weights become zeros: the receiver gains neither time nor memory from"
          + " sparsity. Sparse, the file gets smaller; as ONNX that is all, since ONNX Runtime"
          + " makes the weights dense when it loads them."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier export runs/NAME --out model.onnx",
      "  espalier export runs/NAME --format onnx --sparse --out small.onnx",
      "  espalier export runs/NAME --out dense.safetensors",
      "  espalier export runs/NAME --bitmask --out compressed.safetensors",
      "  espalier export runs/NAME --out weights.npz",
    })
final class ExportCommand implements Runnable {
  @Mixin private Output output;

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "onnx, safetensors or npz; by default what the name of the file ends in.")
  private @Nullable Format format;

  @ArgGroup private Weights weights = new Weights();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  /** A kind of file that others read. */
  enum Format {
    ONNX,
    SAFETENSORS,
    NPZ
  }

  /** Whether absent weights are written. */
  static final class Weights {
    @SuppressWarnings("UnusedVariable") // the default, for those who like to say so
    @Option(names = "--dense", description = "Write absent weights as zeros: the default.")
    private boolean dense;

    @Option(names = "--sparse", description = "Leave absent weights out, with indices instead.")
    private boolean sparse;

    @Option(
        names = "--bitmask",
        description = "Leave them out with one bit per weight, as compressed-tensors does.")
    private boolean bitmask;

    String name() {
      return bitmask ? "bitmask" : sparse ? "sparse" : "dense";
    }
  }

  @Override
  public void run() {
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var chosen = format == null ? byName() : format;
    requireWritable(chosen);
    var saved = SavedModel.read(source);
    var run = new RunFolder(source);
    var reached = run.finished() ? Optional.of(RunResult.read(run)) : Optional.<RunResult>empty();
    write(saved, chosen);
    var card = card(saved, reached);
    var result = new LinkedHashMap<String, Object>();
    result.put("file", target.toString());
    result.put("format", chosen.name().toLowerCase(Locale.ROOT));
    result.put("weights", weights.name());
    result.put("bytes", bytes());
    card.ifPresent(path -> result.put("card", path.toString()));
    output.text(
        card.map(path -> "wrote " + path + ", a model card; what only you know is left open in it")
            .orElse("no model card: there are README.md and another of this name already"));
    output.text("wrote " + target + ", " + Quantity.bytes(bytes()) + "; " + gain(chosen));
    output.result(result);
  }

  private Format byName() {
    var name = target.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      return Format.ONNX;
    }
    return name.endsWith(".npz") ? Format.NPZ : Format.SAFETENSORS;
  }

  private void requireWritable(Format format) {
    var possible =
        switch (format) {
          case ONNX -> !weights.bitmask;
          case SAFETENSORS -> true;
          case NPZ -> !weights.bitmask && !weights.sparse;
        };
    if (!possible) {
      throw new UsageException(
          "--%s with %s: expected another format, or other weights"
              .formatted(weights.name(), format.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Writes the card beside the model, never over another text. */
  private Optional<Path> card(SavedModel saved, Optional<RunResult> reached) {
    var plain = target.resolveSibling("README.md");
    var own = target.resolveSibling(target.getFileName() + ".README.md");
    var card = Files.exists(plain) ? own : plain;
    if (Files.exists(card)) {
      return Optional.empty();
    }
    var file = String.valueOf(target.getFileName());
    DurableFile.write(card, new ModelCard(saved, file, bytes(), reached).text());
    return Optional.of(card);
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
      case NPZ -> NpzFile.write(target, StateDict.of(saved.model()).dense());
      case SAFETENSORS -> {
        if (weights.bitmask) {
          ModelFile.writeBitmask(target, network, parameters, saved.metadata());
        } else if (weights.sparse) {
          ModelFile.write(target, network, parameters, saved.metadata());
        } else {
          ModelFile.writeDense(target, network, parameters, saved.metadata());
        }
      }
    }
  }

  /** What whoever gets the file has of the sparsity. */
  private String gain(Format format) {
    if (weights.bitmask) {
      return "non-zeros and one bit per weight, as compressed-tensors reads it";
    }
    if (!weights.sparse) {
      return "all tensors dense: the receiver gains neither time nor memory from sparsity";
    }
    return switch (format) {
      case ONNX ->
          "sparse where that is shorter: the file is smaller, but ONNX Runtime makes the weights"
              + " dense when it loads them, so it gains neither time nor memory";
      case NPZ, SAFETENSORS -> "sparse as Espalier reads it: docs/formats.md tells others how";
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
