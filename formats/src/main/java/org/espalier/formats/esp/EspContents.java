package org.espalier.formats.esp;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.parameter.Parameter;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;

/**
 * A compressed network in memory, byte for byte as {@code docs/formats.md} describes the file.
 *
 * <p>Immutable.
 */
public final class EspContents {
  private static final int MOST_SHORTER = 16;

  private final EspHeader header;
  private final byte[] deflated;
  private final List<byte[]> payload; // per section

  EspContents(EspHeader header, List<byte[]> payload) {
    this.header = header;
    this.deflated = header.deflated();
    this.payload = List.copyOf(payload);
  }

  /** Compresses a model. */
  public static EspContents of(Model model, Coding coding) {
    var sections = new ArrayList<EncodedSection>();
    var refined = new ArrayList<Parameter>();
    for (var parameter : model.parameters()) {
      if (coding instanceof Coding.Refined && parameter.spec().prunable()) {
        refined.add(parameter);
      } else {
        sections.add(TensorCodec.encode(parameter, coding));
      }
    }
    if (coding instanceof Coding.Refined(var bytes) && !refined.isEmpty()) {
      // Last, so that a file cut off inside it still has all the rest.
      sections.add(RefinedWeights.encode(refined, bytes));
    }
    var header =
        new EspHeader(
            NetworkText.write(model.network()),
            model.metadata(),
            sections.stream().map(EncodedSection::section).toList());
    return new EspContents(header, sections.stream().map(EncodedSection::bytes).toList());
  }

  /** Bytes of the file. */
  public long bytes() {
    return Preamble.BYTES + deflated.length + header.payload();
  }

  /** Free text by key. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Bytes of the file that {@link #cut} can make at least, or of all of it if it cannot. */
  public long smallest() {
    return progressive() ? withLast(Arrays.copyOf(payload.getLast(), least())).bytes() : bytes();
  }

  /** Of the refined weights. */
  private int least() {
    var least = RefinedWeights.least(reader().specs(header.sections().getLast()));
    return (int) Math.min(least, payload.getLast().length);
  }

  /** Whether {@link #cut} can make it smaller. */
  public boolean progressive() {
    return header.progressive();
  }

  /**
   * The same network, coarser: the refinement of its weights ends earlier.
   *
   * @param bytes of the file, at most
   * @throws EspalierException if it has no refined weights, or the rest alone is larger
   */
  public EspContents cut(long bytes) {
    if (!progressive()) {
      throw new EspalierException("no refined weights: only those can be cut");
    }
    var last = payload.getLast();
    // Another length and checksum make the header a few bytes longer, or shorter.
    var least = least();
    for (var length = Math.min(last.length, last.length - bytes() + bytes + MOST_SHORTER);
        length >= least;
        length--) {
      var shorter = withLast(Arrays.copyOf(last, (int) length));
      if (shorter.bytes() <= bytes) {
        return shorter;
      }
    }
    throw new EspalierException("%,d bytes, expected at least %,d".formatted(bytes, smallest()));
  }

  /** The same with other bytes in the last section, whose length and checksum follow them. */
  EspContents withLast(byte[] bytes) {
    var sections = new ArrayList<>(header.sections());
    var last = sections.removeLast();
    sections.add(
        EncodedSection.of(last.tensors(), last.sparse(), last.stored(), last.values(), bytes)
            .section());
    var all = new ArrayList<>(payload);
    all.set(all.size() - 1, bytes);
    return new EspContents(new EspHeader(header.network(), header.metadata(), sections), all);
  }

  /** The same with other metadata. */
  public EspContents withMetadata(Map<String, String> metadata) {
    return new EspContents(new EspHeader(header.network(), metadata, header.sections()), payload);
  }

  /** Writes the file aside, syncs it and renames it. */
  public void write(Path target) {
    DurableFile.write(
        target,
        channel -> {
          DurableFile.writeFully(channel, Preamble.of(deflated).bytes());
          DurableFile.writeFully(channel, ByteBuffer.wrap(deflated));
          for (var bytes : payload) {
            DurableFile.writeFully(channel, ByteBuffer.wrap(bytes));
          }
        });
  }

  /** What it decodes to. */
  public Model model() {
    var reader = reader();
    return new Model(reader.network(), reader.parameters(), header.metadata());
  }

  /** What is kept of each tensor, and in how many bytes. */
  public List<StoredTensor> tensors() {
    return reader().stored();
  }

  private SectionReader reader() {
    return new SectionReader(header, payload::get);
  }
}
