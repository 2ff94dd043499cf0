package org.espalier.formats.esp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;

/**
 * A compressed network open for reading, tensor by tensor or whole.
 *
 * <p>Every failure is an {@link EspalierException} of one line that begins with the name of the
 * file.
 */
public final class EspFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final EspHeader header;
  private final long[] starts; // of each section, and the end of the last
  private final long size;
  private final SectionReader reader;

  private EspFile(Path path, FileChannel channel, Completeness completeness) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
    var preamble = Preamble.read(bytes(0, (int) Math.min(size, Preamble.BYTES)), size);
    this.header = preamble.header(bytes(Preamble.BYTES, preamble.headerBytes()));
    this.starts = new long[header.sections().size() + 1];
    starts[0] = Preamble.BYTES + (long) preamble.headerBytes();
    for (var i = 1; i < starts.length; i++) {
      var section = header.sections().get(i - 1);
      if (section.bytes() > Long.MAX_VALUE - starts[i - 1]) {
        throw new EspalierException(
            "%s: %d bytes, expected sections of less than 2^63 together: damaged"
                .formatted(section.title(), section.bytes()));
      }
      starts[i] = starts[i - 1] + section.bytes();
    }
    requireLength(completeness);
    this.reader = new SectionReader(header, this::section);
  }

  /** Whether a file may end inside its refined weights. */
  public enum Completeness {
    WHOLE,
    BEGINNING
  }

  /** Whether these bytes begin a compressed network. */
  public static boolean recognises(byte[] beginning) {
    return Preamble.recognises(beginning);
  }

  /** Whether a file begins as a compressed network does. */
  public static boolean recognises(Path path) {
    try (var in = Files.newInputStream(path)) {
      return recognises(in.readNBytes(Preamble.BYTES));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Opens a file and checks its header and its length. */
  public static EspFile open(Path path) {
    return open(path, Completeness.WHOLE);
  }

  /** Opens a file that may have been cut off inside its refined weights. */
  public static EspFile open(Path path, Completeness completeness) {
    try {
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new EspFile(path, channel, completeness);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    } catch (EspalierException e) {
      throw new EspalierException(path + ": " + e.getMessage(), e);
    }
  }

  /** Reads a whole network. */
  public static Model read(Path path) {
    try (var file = open(path)) {
      return file.model();
    }
  }

  public Network network() {
    return reader.network();
  }

  /** Free text by key. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Reads one tensor and no other bytes, unless it was refined together with others. */
  public Parameter parameter(String name) {
    return reading(() -> reader.parameter(name));
  }

  /** Reads all of it. */
  public Model model() {
    return reading(() -> new Model(network(), reader.parameters(), metadata()));
  }

  /** All of it that is there, still compressed. */
  public EspContents contents() {
    return reading(
        () -> {
          var payload = new ArrayList<byte[]>();
          for (var i = 0; i < header.sections().size(); i++) {
            payload.add(section(i));
          }
          var contents = new EspContents(header, payload);
          return size < starts[starts.length - 1]
              ? contents.withLast(payload.getLast()) // cut off: the header promises more
              : contents;
        });
  }

  /** What is kept of each tensor, and in how many bytes. */
  public List<StoredTensor> tensors() {
    return contents().tensors();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private void requireLength(Completeness completeness) {
    var end = starts[starts.length - 1];
    var cut = completeness == Completeness.BEGINNING && header.progressive();
    var least = cut ? starts[starts.length - 2] : end;
    if (size < least || size > end) {
      throw new EspalierException(
          "%d bytes, expected %s%d: %s"
              .formatted(
                  size,
                  cut ? "at least " : "",
                  least,
                  size > end ? "something follows the network" : "truncated"));
    }
  }

  private byte[] section(int index) {
    var section = header.sections().get(index);
    var there = Math.min(starts[index + 1], size) - starts[index];
    if (there > Integer.MAX_VALUE - 8) {
      throw new EspalierException(
          section.title() + ": " + there + " bytes, expected less than 2^31");
    }
    var bytes = bytes(starts[index], (int) there);
    if (there == section.bytes()) {
      section.require(bytes);
    }
    return bytes;
  }

  private byte[] bytes(long from, int count) {
    var buffer = ByteBuffer.allocate(count);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, from + buffer.position()) < 0) {
          throw new EspalierException("the file became shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new EspalierException("cannot be read: " + DurableFile.reason(e), e);
    }
    return buffer.array();
  }

  /** Puts the name of the file before whatever is wrong with it. */
  private <T> T reading(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (EspalierException e) {
      throw new EspalierException(path + ": " + e.getMessage(), e);
    }
  }

  private static EspalierException unreadable(Path path, IOException e) {
    return new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
  }
}
