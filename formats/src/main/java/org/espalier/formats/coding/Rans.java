package org.espalier.formats.coding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * Asymmetric numeral systems with ranges (rANS: Duda 2013), interleaved (Giesen 2014): bytes under
 * a static {@link FrequencyTable}.
 *
 * <p>Symbol i belongs to stream i mod 4, so that four chains of dependent steps run side by side;
 * all streams share one sequence of words. Fewer than 8192 symbols are one stream, since every
 * stream takes about 6 bytes more than its symbols need. A state is 2^31 to 2^63 − 1 and takes in a
 * word of 32 bits when it falls below. The encoder works backwards from states of 2^31, where the
 * decoder has to end up again.
 */
public final class Rans {
  private static final int STREAMS = 4;
  private static final int WORTH_STREAMS = 8192; // symbols
  private static final long LOWEST = 1L << 31;
  private static final int MASK = FrequencyTable.TOTAL - 1;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Rans() {}

  /** The table of these symbols, and the symbols under it. */
  public static byte[] encode(byte[] symbols) {
    return symbols.length == 0 ? new byte[0] : encode(symbols, FrequencyTable.of(counts(symbols)));
  }

  /**
   * The symbols under this table or the one that was counted, whatever is shorter with its table.
   */
  static byte[] encodeBest(byte[] symbols, FrequencyTable expected) {
    if (symbols.length == 0) {
      return new byte[0];
    }
    var counts = counts(symbols);
    var counted = FrequencyTable.of(counts);
    return encode(symbols, bits(counted, counts) < bits(expected, counts) ? counted : expected);
  }

  private static double bits(FrequencyTable table, long[] counts) {
    return Byte.SIZE * table.toBytes().length + table.bits(counts);
  }

  /**
   * What {@link #encode(byte[])} was given.
   *
   * @param from first byte of it
   * @param to its end
   * @param count of the symbols
   * @throws DataFormatException if these are not the bytes of so many symbols
   */
  public static byte[] decode(byte[] bytes, int from, int to, int count)
      throws DataFormatException {
    var in = new ByteReader(bytes, from, to);
    if (count == 0) {
      in.requireEnd();
      return new byte[0];
    }
    var table = FrequencyTable.read(in);
    var least = streams(count) * Long.BYTES;
    if (in.end() - in.next() < least) {
      throw new DataFormatException(
          "rANS: " + (in.end() - in.next()) + " bytes, expected " + least + " or more");
    }
    var symbols = new byte[count];
    new Decoder(in, table, streams(count)).decode(symbols);
    return symbols;
  }

  private static long[] counts(byte[] symbols) {
    var counts = new long[FrequencyTable.SYMBOLS];
    for (var symbol : symbols) {
      counts[symbol & 0xff]++;
    }
    return counts;
  }

  private static byte[] encode(byte[] symbols, FrequencyTable table) {
    var out = new ByteWriter();
    out.bytes(table.toBytes());
    out.bytes(stream(symbols, table));
    return out.toBytes();
  }

  private static byte[] stream(byte[] symbols, FrequencyTable table) {
    var starts = starts(table);
    var streams = streams(symbols.length);
    // No symbol takes more than 16 bits, but for what a state holds at the end.
    var reversed = new byte[2 * symbols.length + streams * (Long.BYTES + Integer.BYTES)];
    var at = reversed.length;
    var states = new long[streams];
    Arrays.fill(states, LOWEST);
    for (var i = symbols.length - 1; i >= 0; i--) {
      var symbol = symbols[i] & 0xff;
      var frequency = (long) table.frequency(symbol);
      var state = states[i % streams];
      if (state >>> 47 >= frequency) { // coded now, it would not stay below 2^63
        at -= Integer.BYTES;
        INT.set(reversed, at, (int) state);
        state >>>= Integer.SIZE;
      }
      var quotient = state / frequency;
      states[i % streams] =
          (quotient << FrequencyTable.BITS) + (state - quotient * frequency) + starts[symbol];
    }
    for (var stream = streams - 1; stream >= 0; stream--) {
      at -= Long.BYTES;
      LONG.set(reversed, at, states[stream]);
    }
    return Arrays.copyOfRange(reversed, at, reversed.length);
  }

  private static int streams(int symbols) {
    return symbols < WORTH_STREAMS ? 1 : STREAMS;
  }

  private static int[] starts(FrequencyTable table) {
    var starts = new int[FrequencyTable.SYMBOLS];
    for (var symbol = 1; symbol < FrequencyTable.SYMBOLS; symbol++) {
      starts[symbol] = starts[symbol - 1] + table.frequency(symbol - 1);
    }
    return starts;
  }

  /** The states, and the tables that make a step of one short. */
  private static final class Decoder {
    private final byte[] bytes;
    private final int to;
    private int next;
    private final byte[] symbolOfSlot = new byte[FrequencyTable.TOTAL];
    private final int[] steps = new int[FrequencyTable.SYMBOLS]; // frequency − 1, and start
    private final long[] states;

    Decoder(ByteReader in, FrequencyTable table, int streams) throws DataFormatException {
      bytes = in.array();
      next = in.next();
      to = in.end();
      var starts = starts(table);
      for (var symbol = 0; symbol < FrequencyTable.SYMBOLS; symbol++) {
        var frequency = table.frequency(symbol);
        if (frequency > 0) {
          var start = starts[symbol];
          Arrays.fill(symbolOfSlot, start, start + frequency, (byte) symbol);
          steps[symbol] = (frequency - 1) << FrequencyTable.BITS | start;
        }
      }
      states = new long[streams];
      for (var stream = 0; stream < streams; stream++, next += Long.BYTES) {
        states[stream] = (long) LONG.get(bytes, next);
        if (states[stream] < LOWEST) {
          throw new DataFormatException(
              "rANS: state " + states[stream] + ", expected " + LOWEST + " or more");
        }
      }
    }

    void decode(byte[] symbols) throws DataFormatException {
      for (var i = states.length == STREAMS ? four(symbols) : 0; i < symbols.length; i++) {
        var stream = i % states.length;
        var symbol = symbolOfSlot[(int) states[stream] & MASK];
        symbols[i] = symbol;
        states[stream] = step(states[stream], symbol);
        if (states[stream] < LOWEST) {
          if (to - next < Integer.BYTES) {
            throw new DataFormatException("rANS: the words end at symbol " + i);
          }
          states[stream] = states[stream] << Integer.SIZE | word(next);
          next += Integer.BYTES;
        }
      }
      if (next != to) {
        throw new DataFormatException("rANS: " + (to - next) + " bytes after the end");
      }
      for (var state : states) {
        if (state != LOWEST) {
          throw new DataFormatException("rANS: last state " + state + ", expected " + LOWEST);
        }
      }
    }

    /** Four symbols at a time, while words for all are there; tells where it stopped. */
    private int four(byte[] symbols) {
      var a = states[0];
      var b = states[1];
      var c = states[2];
      var d = states[3];
      var at = next;
      var last = to - STREAMS * Integer.BYTES;
      var i = 0;
      for (; i < symbols.length - 3 && at <= last; i += STREAMS) {
        var first = symbolOfSlot[(int) a & MASK];
        var second = symbolOfSlot[(int) b & MASK];
        var third = symbolOfSlot[(int) c & MASK];
        var fourth = symbolOfSlot[(int) d & MASK];
        symbols[i] = first;
        symbols[i + 1] = second;
        symbols[i + 2] = third;
        symbols[i + 3] = fourth;
        a = step(a, first);
        b = step(b, second);
        c = step(c, third);
        d = step(d, fourth);
        if (a < LOWEST) {
          a = a << Integer.SIZE | word(at);
          at += Integer.BYTES;
        }
        if (b < LOWEST) {
          b = b << Integer.SIZE | word(at);
          at += Integer.BYTES;
        }
        if (c < LOWEST) {
          c = c << Integer.SIZE | word(at);
          at += Integer.BYTES;
        }
        if (d < LOWEST) {
          d = d << Integer.SIZE | word(at);
          at += Integer.BYTES;
        }
      }
      states[0] = a;
      states[1] = b;
      states[2] = c;
      states[3] = d;
      next = at;
      return i;
    }

    private long step(long state, byte symbol) {
      var step = steps[symbol & 0xff];
      return ((step >>> FrequencyTable.BITS) + 1L) * (state >>> FrequencyTable.BITS)
          + ((int) state & MASK)
          - (step & MASK);
    }

    private long word(int at) {
      return (int) INT.get(bytes, at) & 0xffff_ffffL;
    }
  }
}
