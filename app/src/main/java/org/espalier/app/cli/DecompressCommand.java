package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.espalier.app.compression.FileSize;
import org.espalier.app.report.Quantity;
import org.espalier.engine.EspalierException;
import org.espalier.formats.ModelFile;
import org.espalier.formats.esp.EspFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a compressed network as safetensors. */
@Command(
    name = "decompress",
    description = {
      "Writes a compressed network as safetensors.",
      "Of a network with refined weights (SuRP) the beginning is enough: with --partial the file"
          + " may have been cut off, with --size it is read up to there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier decompress small.esp --out model.safetensors",
      "  espalier decompress refined.esp --size 50KB --out coarse.safetensors"
    })
final class DecompressCommand implements Runnable {
  @Parameters(paramLabel = "FILE", description = "A compressed network.")
  private Path source;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  @Option(names = "--dense", description = "Write absent weights as zeros, as PyTorch wants them.")
  private boolean dense;

  @Option(names = "--partial", description = "Accept a file that ends inside its refined weights.")
  private boolean partial;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Take refined weights up to this size of the file only.")
  private @Nullable String size;

  @Mixin private Output output;

  @Override
  public void run() {
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var completeness = partial ? EspFile.Completeness.BEGINNING : EspFile.Completeness.WHOLE;
    try (var file = EspFile.open(source, completeness)) {
      var text = size;
      var model =
          text == null
              ? file.model()
              : file.contents()
                  .cut(UsageException.checking(() -> FileSize.parse(text)).bytes())
                  .model();
      if (dense) {
        ModelFile.writeDense(target, model.network(), model.parameters(), model.metadata());
      } else {
        ModelFile.write(target, model.network(), model.parameters(), model.metadata());
      }
    }
    var bytes = bytes();
    output.text("wrote " + target + ", " + Quantity.bytes(bytes));
    var result = new LinkedHashMap<String, Object>();
    result.put("file", target.toString());
    result.put("bytes", bytes);
    output.result(result);
  }

  private long bytes() {
    try {
      return Files.size(target);
    } catch (IOException e) {
      throw new EspalierException(target + ": cannot be read", e);
    }
  }
}
