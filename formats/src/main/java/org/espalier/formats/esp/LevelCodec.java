package org.espalier.formats.esp;

import java.util.zip.DataFormatException;
import org.espalier.formats.coding.AdaptiveSymbol;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;

/**
 * Quantised weights, entropy-coded: first the scales of all rows, the higher byte of each before
 * the lower, then the levels.
 */
final class LevelCodec {
  private LevelCodec() {}

  static byte[] encode(QuantisedRows rows) {
    var encoder = new RangeEncoder();
    var high = new AdaptiveSymbol(Byte.SIZE);
    var low = new AdaptiveSymbol(Byte.SIZE);
    for (var scale : rows.scales()) {
      high.encode(encoder, (scale >>> Byte.SIZE) & 0xFF);
      low.encode(encoder, scale & 0xFF);
    }
    var model = new AdaptiveSymbol(rows.bits());
    for (var level : rows.levels()) {
      model.encode(encoder, level + QuantisedRows.limit(rows.bits()));
    }
    return encoder.finish();
  }

  /**
   * Reads the rows at {@code from}.
   *
   * @param rows their number, and {@code count} that of their levels
   */
  static QuantisedRows decode(int bits, byte[] bytes, int from, int rows, int count)
      throws DataFormatException {
    var decoder = new RangeDecoder(bytes, from, bytes.length);
    var high = new AdaptiveSymbol(Byte.SIZE);
    var low = new AdaptiveSymbol(Byte.SIZE);
    var scales = new short[rows];
    for (var row = 0; row < rows; row++) {
      scales[row] = (short) ((high.decode(decoder) << Byte.SIZE) | low.decode(decoder));
    }
    requireNumbers(bits, scales);
    var model = new AdaptiveSymbol(bits);
    var levels = new byte[count];
    for (var i = 0; i < count; i++) {
      levels[i] = (byte) (model.decode(decoder) - QuantisedRows.limit(bits));
    }
    return new QuantisedRows(bits, scales, levels);
  }

  private static void requireNumbers(int bits, short[] scales) throws DataFormatException {
    for (var row = 0; row < scales.length; row++) {
      var largest = QuantisedRows.value(scales[row]) * (QuantisedRows.limit(bits) + 1);
      if (!(largest >= 0 && Float.isFinite(largest))) {
        throw new DataFormatException(
            "scale of row " + row + " is " + QuantisedRows.value(scales[row]));
      }
    }
  }
}
