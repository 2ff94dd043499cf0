package org.espalier.formats.coding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.DataFormatException;

/** A bit for every position, the lowest bit of a byte first. */
final class BitmapCodec implements MaskCodec {

  @Override
  public String name() {
    return "bitmap";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    return packed(mask);
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    Objects.checkFromToIndex(from, to, bytes.length);
    if (to - from != bytes(positions)) {
      throw new DataFormatException(
          "bitmap: " + (to - from) + " bytes, expected " + bytes(positions));
    }
    return unpacked(bytes, from, positions);
  }

  /** Bytes of so many positions. */
  static int bytes(int positions) {
    return (int) ((positions + 7L) / Byte.SIZE);
  }

  static byte[] packed(Bitmap mask) {
    var bytes =
        ByteBuffer.allocate(Long.BYTES * mask.words().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(mask.words());
    return Arrays.copyOf(bytes.array(), bytes(mask.positions()));
  }

  static Bitmap unpacked(byte[] bytes, int from, int positions) throws DataFormatException {
    var words = new long[Bitmap.words(positions)];
    var length = bytes(positions);
    var whole = length / Long.BYTES;
    var in = ByteBuffer.wrap(bytes, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    in.asLongBuffer().get(words, 0, whole);
    for (var i = Long.BYTES * whole; i < length; i++) {
      words[whole] |= (in.get(i) & 0xffL) << (Byte.SIZE * i);
    }
    if (positions % Long.SIZE != 0 && words[words.length - 1] >>> positions != 0) {
      throw new DataFormatException("bits set beyond position " + (positions - 1));
    }
    return new Bitmap(positions, words);
  }
}
