package org.espalier.formats.coding;

import java.util.zip.DataFormatException;

/** {@link EliasFano}, behind the number of ones. */
final class EliasFanoCodec implements MaskCodec {

  @Override
  public String name() {
    return "elias-fano";
  }

  @Override
  public byte[] encode(Bitmap mask) {
    var side = RarerSide.of(mask);
    var out = new ByteWriter();
    out.varint(side.ones());
    out.bytes(EliasFano.of(side.turned(mask)).toBytes());
    return out.toBytes();
  }

  @Override
  public Bitmap decode(byte[] bytes, int from, int to, int positions) throws DataFormatException {
    var in = new ByteReader(bytes, from, to);
    var side = RarerSide.read(in, positions);
    return side.turned(EliasFano.read(in, positions, side.count()).toBitmap());
  }
}
