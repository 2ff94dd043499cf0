package org.espalier.app.compression;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;

/** What one network takes in other files than its compressed one. */
public final class FileSizes {
  /** Of the commands of the same names, whose default is far lower. */
  private static final int ZSTD_LEVEL = 19;

  private FileSizes() {}

  /** Bytes by kind of file: the values alone, dense; safetensors as we write them; those packed. */
  public static Map<String, Long> of(Model model) {
    var sizes = new LinkedHashMap<String, Long>();
    sizes.put(
        "float32", 4 * model.network().parameters().stream().mapToLong(it -> it.size()).sum());
    var safetensors = safetensors(model);
    sizes.put("safetensors", (long) safetensors.length);
    sizes.put("gzip", (long) gzip(safetensors));
    sizes.put("zstd", (long) Zstd.compress(safetensors, ZSTD_LEVEL).length);
    return sizes;
  }

  private static byte[] safetensors(Model model) {
    try {
      var folder = Files.createTempDirectory("espalier");
      var file = folder.resolve("model.safetensors");
      try {
        ModelFile.write(file, model.network(), model.parameters(), model.metadata());
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot write a temporary file: " + DurableFile.reason(e), e);
    }
  }

  private static int gzip(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory has none
    }
    return packed.size();
  }
}
