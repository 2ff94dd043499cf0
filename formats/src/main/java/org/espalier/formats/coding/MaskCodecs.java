package org.espalier.formats.coding;

import java.util.List;
import java.util.zip.DataFormatException;

/** The codecs of masks, and the choice among them. */
public final class MaskCodecs {
  /** All codecs. */
  public static final List<MaskCodec> ALL =
      List.of(
          new BitmapCodec(),
          new EliasFanoCodec(),
          new RansBytesCodec(),
          new RansGapsCodec(),
          new GolombCodec(),
          new RiceCodec(),
          new BernoulliCodec(),
          new AdaptiveCodec());

  /** They take one position after the other, and tens of times as long as the others. */
  private static final List<MaskCodec> SLOW = ALL.subList(6, 8);

  /** What part of the bytes a slow codec has to save. */
  private static final int WORTHWHILE = 256;

  private MaskCodecs() {}

  /**
   * The codec of a name that a file gives.
   *
   * @throws DataFormatException if there is none
   */
  public static MaskCodec named(String name) throws DataFormatException {
    for (var codec : ALL) {
      if (codec.name().equals(name)) {
        return codec;
      }
    }
    throw new DataFormatException(
        "mask codec '" + name + "': expected one of " + ALL.stream().map(MaskCodec::name).toList());
  }

  /**
   * The shortest that any codec gives, the earlier codec if two do; but the codecs that decode
   * position by position have to save more than 1/256 of the bytes.
   */
  public static EncodedMask best(Bitmap mask) {
    var best = encode(ALL.getFirst(), mask);
    for (var codec : ALL.subList(1, ALL.size())) {
      var other = encode(codec, mask);
      var margin = SLOW.contains(codec) ? best.bytes().length / WORTHWHILE : 0;
      if (other.bytes().length + margin < best.bytes().length) {
        best = other;
      }
    }
    return best;
  }

  private static EncodedMask encode(MaskCodec codec, Bitmap mask) {
    return new EncodedMask(codec, mask.positions(), codec.encode(mask));
  }
}
