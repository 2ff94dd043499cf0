package org.espalier.formats.coding;

import java.util.List;

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
