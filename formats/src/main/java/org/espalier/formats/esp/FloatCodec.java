package org.espalier.formats.esp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;
import org.espalier.formats.coding.AdaptiveSymbol;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;

/**
 * Floating-point numbers bit for bit. Of a trained weight only the size is predictable: it is
 * entropy-coded, while sign and fraction, which look random, are written as they are.
 */
enum FloatCodec {
  /** 8 bits of exponent are coded; 3 bytes hold sign and fraction. */
  F32(3) {
    @Override
    int symbol(float value) {
      return Float.floatToRawIntBits(value) >>> 23 & 0xFF;
    }

    @Override
    int rest(float value) {
      var bits = Float.floatToRawIntBits(value);
      return (bits >>> 31 << 23) | (bits & 0x7F_FFFF);
    }

    @Override
    float value(int symbol, int rest) {
      return Float.intBitsToFloat((rest >>> 23 << 31) | (symbol << 23) | (rest & 0x7F_FFFF));
    }
  },

  /** Sign, 5 bits of exponent and 2 of fraction are coded; a byte holds the rest. */
  F16(1) {
    @Override
    int symbol(float value) {
      return Float.floatToFloat16(value) >>> 8 & 0xFF;
    }

    @Override
    int rest(float value) {
      return Float.floatToFloat16(value) & 0xFF;
    }

    @Override
    float value(int symbol, int rest) {
      return Float.float16ToFloat((short) ((symbol << 8) | rest));
    }
  };

  private static final int SYMBOL_BITS = 8;

  private final int restBytes;

  FloatCodec(int restBytes) {
    this.restBytes = restBytes;
  }

  /** What is coded of a number. */
  abstract int symbol(float value);

  /** What is written as it is. */
  abstract int rest(float value);

  abstract float value(int symbol, int rest);

  byte[] encode(float[] values) {
    var encoder = new RangeEncoder();
    var model = new AdaptiveSymbol(SYMBOL_BITS);
    for (var value : values) {
      model.encode(encoder, symbol(value));
    }
    var symbols = encoder.finish();
    var bytes =
        ByteBuffer.allocate(bytes(values.length, symbols.length)).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      var rest = rest(value);
      for (var i = 0; i < restBytes; i++) {
        bytes.put((byte) (rest >>> (i * Byte.SIZE)));
      }
    }
    return bytes.put(symbols).array();
  }

  /**
   * What numbers take whose symbols take so many bytes.
   *
   * @throws EspalierException if that is more than a section can have
   */
  int bytes(int values, int symbols) {
    var bytes = (long) values * restBytes + symbols;
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new EspalierException(
          "a tensor of %d values takes %d bytes, expected less than 2³¹".formatted(values, bytes));
    }
    return (int) bytes;
  }

  /** Fills {@code values} from {@code bytes}, beginning at {@code from}. */
  void decode(byte[] bytes, int from, float[] values) throws DataFormatException {
    var symbols = from + (long) values.length * restBytes;
    if (symbols > bytes.length) {
      throw new DataFormatException(
          bytes.length - from + " bytes, expected more for " + values.length + " values");
    }
    var decoder = new RangeDecoder(bytes, (int) symbols, bytes.length);
    var model = new AdaptiveSymbol(SYMBOL_BITS);
    var at = from;
    for (var i = 0; i < values.length; i++) {
      var rest = 0;
      for (var k = 0; k < restBytes; k++) {
        rest |= (bytes[at++] & 0xFF) << (k * Byte.SIZE);
      }
      values[i] = value(model.decode(decoder), rest);
      if (!Float.isFinite(values[i])) {
        throw new DataFormatException("value " + i + " is " + values[i] + ", expected a number");
      }
    }
  }
}
