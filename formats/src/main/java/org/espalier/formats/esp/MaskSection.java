package org.espalier.formats.esp;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.DataFormatException;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.coding.Bitmap;
import org.espalier.formats.coding.MaskCodec;
import org.espalier.formats.coding.MaskCodecs;

/**
 * The mask of a sparse tensor: whole rows at a time, so that layers of any size are coded in little
 * memory, each part by the codec that makes it shortest.
 *
 * @param topology the mask
 * @param codecs names of those that were used
 * @param end offset after its bytes
 */
record MaskSection(Topology topology, Set<String> codecs, int end) {
  /** Of a part, unless a single row is longer. */
  private static final int MOST_POSITIONS = 1 << 26;

  private static final int LONGEST_VARINT = 5;

  static byte[] encode(Topology topology) {
    var bytes = new ByteArrayOutputStream();
    var step = rowsPerPart(topology.columns());
    for (var row = 0; row < topology.rows(); row = next(row, step, topology.rows())) {
      var mask = part(topology, row, next(row, step, topology.rows()));
      var encoded = MaskCodecs.best(mask);
      bytes.write(MaskCodecs.ALL.indexOf(encoded.codec()));
      varint(encoded.bytes().length, bytes);
      bytes.writeBytes(encoded.bytes());
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a mask from the beginning of a section.
   *
   * @throws DataFormatException if it is not one of {@code nonZeros} weights
   */
  static MaskSection decode(byte[] bytes, int rows, int columns, int nonZeros)
      throws DataFormatException {
    var positions = new long[nonZeros];
    var count = 0;
    var step = rowsPerPart(columns);
    var in = new Cursor(bytes);
    var codecs = new TreeSet<String>();
    for (var row = 0; row < rows; row = next(row, step, rows)) {
      var part = (next(row, step, rows) - row) * columns;
      var codec = codec(in.next());
      codecs.add(codec.name());
      var length = in.varint();
      var mask = codec.decode(bytes, in.at, in.at + length, part);
      in.at += length;
      if (mask.count() > nonZeros - count) {
        throw new DataFormatException("mask of more than " + nonZeros + " weights");
      }
      for (var one : mask.ones()) {
        positions[count++] = (long) row * columns + one;
      }
    }
    if (count != nonZeros) {
      throw new DataFormatException("mask of " + count + " weights, expected " + nonZeros);
    }
    return new MaskSection(Topology.of(rows, columns, positions), codecs, in.at);
  }

  private static MaskCodec codec(int number) throws DataFormatException {
    if (number >= MaskCodecs.ALL.size()) {
      throw new DataFormatException(
          "mask codec " + number + ", expected 0 to " + (MaskCodecs.ALL.size() - 1));
    }
    return MaskCodecs.ALL.get(number);
  }

  private static int rowsPerPart(int columns) {
    return Math.max(1, MOST_POSITIONS / Math.max(1, columns));
  }

  /** Where the next part begins; the sum of both could leave the range of int. */
  private static int next(int row, int step, int rows) {
    return rows - row > step ? row + step : rows;
  }

  private static Bitmap part(Topology topology, int from, int to) {
    var positions = (to - from) * topology.columns();
    var words = new long[Bitmap.words(positions)];
    for (var row = from; row < to; row++) {
      var begin = (row - from) * topology.columns();
      for (var i = topology.rowStart()[row]; i < topology.rowStart()[row + 1]; i++) {
        var position = begin + topology.column(i);
        words[position >>> 6] |= 1L << position;
      }
    }
    return new Bitmap(positions, words);
  }

  /** Groups of 7 bits, the lowest first, all but the last with the highest bit set. */
  private static void varint(int number, ByteArrayOutputStream out) {
    var rest = number;
    for (; rest > 0x7F; rest >>>= 7) {
      out.write((rest & 0x7F) | 0x80);
    }
    out.write(rest);
  }

  /** A place in the bytes of a section. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int next() throws DataFormatException {
      if (at == bytes.length) {
        throw new DataFormatException("mask goes on after the last byte");
      }
      return bytes[at++] & 0xFF;
    }

    /** A length, within the bytes that are left. */
    int varint() throws DataFormatException {
      var number = 0L;
      for (var i = 0; i < LONGEST_VARINT; i++) {
        var octet = next();
        number |= (octet & 0x7FL) << (7 * i);
        if (octet <= 0x7F) {
          if (number > bytes.length - at) {
            throw new DataFormatException(
                "mask of " + number + " bytes where " + (bytes.length - at) + " are left");
          }
          return (int) number;
        }
      }
      throw new DataFormatException("length of a mask beyond 35 bits");
    }
  }
}
