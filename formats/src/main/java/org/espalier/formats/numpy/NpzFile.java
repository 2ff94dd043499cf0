package org.espalier.formats.numpy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.formats.StateDict;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.Tensor;

/**
 * Arrays by name in a ZIP archive, as {@code numpy.savez} and {@code numpy.savez_compressed} write
 * them, larger than 4 GiB too.
 */
public final class NpzFile {
  private static final String SUFFIX = ".npy";
  private static final byte[] MAGIC = {'P', 'K', 3, 4};

  /** Compressed arrays may be this much larger than their file: an archive can promise anything. */
  private static final long MOST_EXPANSION = 64;

  /**
   * Files do not depend on when they are written. The first month a ZIP archive can express is left
   * out: its first moment also stands for anything earlier, which Java notes by the time zone.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private NpzFile() {}

  /** Whether a file begins as a ZIP archive. */
  public static boolean recognises(Path file) {
    return NpyFile.begins(file, MAGIC);
  }

  /** What the arrays of an archive that {@link #read} can read take in it. */
  public static List<StoredTensor> tensors(Path path) {
    try (var zip = new ZipFile(path.toFile())) {
      return zip.stream().map(NpzFile::stored).toList();
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(path, e);
    }
  }

  private static StoredTensor stored(ZipEntry entry) {
    var encoding = entry.getMethod() == ZipEntry.DEFLATED ? "npy, deflated" : "npy";
    return new StoredTensor(array(entry.getName()), encoding, entry.getCompressedSize(), 0);
  }

  /**
   * Reads all arrays in the order of the archive.
   *
   * @throws EspalierException of one line that begins with the name of the file
   */
  public static Map<String, Tensor> read(Path path) {
    try (var zip = new ZipFile(path.toFile())) {
      return read(zip, Files.size(path));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(path, e);
    } catch (EspalierException e) {
      throw new EspalierException(path + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Tensor> read(ZipFile zip, long bytes) throws IOException {
    var arrays = new LinkedHashMap<String, Tensor>();
    var open = MOST_EXPANSION * bytes;
    for (var entries = zip.entries(); entries.hasMoreElements(); ) {
      var entry = entries.nextElement();
      var name = entry.getName();
      if (name.endsWith("data.pkl")) {
        throw new EspalierException("an archive of PyTorch; " + StateDict.CONVERT);
      }
      if (!name.endsWith(SUFFIX)) {
        throw new EspalierException("entry " + name + ", expected arrays, NAME.npy");
      }
      open -= entry.getSize();
      if (entry.getSize() < 0 || open < 0) {
        throw new EspalierException(
            "entry %s of %d bytes, expected arrays of at most %d times the size of the file"
                .formatted(name, entry.getSize(), MOST_EXPANSION));
      }
      if (arrays.put(array(name), read(zip, entry)) != null) {
        throw new EspalierException("entry " + name + " twice, expected once");
      }
    }
    return arrays;
  }

  private static String array(String entry) {
    return entry.substring(0, entry.length() - SUFFIX.length());
  }

  private static EspalierException damaged(Path path, Exception e) {
    return new EspalierException(path + ": not a ZIP archive, or damaged: " + e.getMessage(), e);
  }

  /** Compares the checksum too, as {@link ZipFile} does not. */
  private static Tensor read(ZipFile zip, ZipEntry entry) throws IOException {
    var checksum = new CRC32();
    try (var in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      var tensor = NpyFile.read(in, entry.getSize());
      if (in.read() >= 0) {
        throw new EspalierException("goes on after its end: damaged");
      }
      if (checksum.getValue() != entry.getCrc()) {
        throw new EspalierException("the checksum is not right: damaged");
      }
      return tensor;
    } catch (EspalierException e) {
      throw new EspalierException("entry " + entry.getName() + ": " + e.getMessage(), e);
    }
  }

  /** Writes arrays without compression: the same arrays give the same bytes. */
  public static void write(Path target, Map<String, Tensor> arrays) {
    DurableFile.write(
        target,
        channel -> {
          var zip = new ZipOutputStream(Channels.newOutputStream(channel));
          for (var array : arrays.entrySet()) {
            var tensor = array.getValue();
            zip.putNextEntry(entry(array.getKey(), tensor));
            NpyFile.write(zip, tensor.shape(), tensor.values());
            zip.closeEntry();
          }
          zip.finish();
          zip.flush();
        });
  }

  /** An entry that is stored as it is needs its size and checksum first. */
  private static ZipEntry entry(String name, Tensor tensor) throws IOException {
    var entry = new ZipEntry(name + SUFFIX);
    var checksum = new CRC32();
    var sum = new CheckedOutputStream(OutputStream.nullOutputStream(), checksum);
    NpyFile.write(sum, tensor.shape(), tensor.values());
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(NpyFile.size(tensor.shape(), tensor.values()));
    entry.setCompressedSize(entry.getSize());
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(TIME);
    return entry;
  }
}
