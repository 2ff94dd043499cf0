package org.espalier.formats.coding;

import java.util.Objects;
import java.util.zip.DataFormatException;

/**
 * Ascending positions (Elias 1974, Fano 1971) in about half a bit each above their entropy, any of
 * which is found without decoding the others.
 *
 * <p>Of every position the l lowest bits are stored as they are; the rest, h, as a one at bit h + i
 * of the upper bits, where i counts the positions before it.
 */
public final class EliasFano {
  private final int positions;
  private final int count;
  private final int lowBits;
  private final long[] low;
  private final RankedBits upper;

  private EliasFano(int positions, int count, long[] low, long[] upper) {
    this.positions = positions;
    this.count = count;
    this.low = low;
    lowBits = lowBits(positions, count);
    this.upper = new RankedBits(upper);
  }

  /** The ones of a mask. */
  public static EliasFano of(Bitmap mask) {
    var ones = mask.ones();
    var lowBits = lowBits(mask.positions(), ones.length);
    var low = new long[words((long) ones.length * lowBits)];
    var upper = new long[words(upperBits(mask.positions(), ones.length))];
    for (var i = 0; i < ones.length; i++) {
      put(low, (long) i * lowBits, ones[i] & ((1 << lowBits) - 1));
      var bit = (long) (ones[i] >>> lowBits) + i;
      upper[(int) (bit >>> 6)] |= 1L << bit;
    }
    return new EliasFano(mask.positions(), ones.length, low, upper);
  }

  /** How many positions are ones. */
  public int count() {
    return count;
  }

  /**
   * The position of a one.
   *
   * @param index how many ones come before it: 0 to {@code count()} − 1
   */
  public int select(int index) {
    Objects.checkIndex(index, count);
    return (int) position(upper.one(index), index);
  }

  /**
   * How many ones come before a position.
   *
   * @param position 0 to the number of positions, inclusive
   */
  public int rank(int position) {
    Objects.checkIndex(position, positions + 1L);
    if (position == positions || count == 0) {
      return count;
    }
    var high = position >>> lowBits;
    var bit = high == 0 ? 0 : upper.zero(high - 1) + 1; // where positions of the same rest begin
    var index = (int) (bit - high);
    var wanted = position & ((1 << lowBits) - 1);
    for (; upper.contains(bit) && low(index) < wanted; bit++) {
      index++;
    }
    return index;
  }

  /** Whether a position is a one. */
  public boolean contains(int position) {
    Objects.checkIndex(position, positions);
    var index = rank(position);
    return index < count && select(index) == position;
  }

  /** All ones. */
  public Bitmap toBitmap() {
    var words = new long[Bitmap.words(positions)];
    var index = 0;
    for (var i = 0; i < upper.words().length; i++) {
      for (var word = upper.words()[i]; word != 0; word &= word - 1) {
        var one = position(64L * i + Long.numberOfTrailingZeros(word), index++);
        words[(int) (one >>> 6)] |= 1L << one;
      }
    }
    return new Bitmap(positions, words);
  }

  byte[] toBytes() {
    var out = new BitWriter();
    write(out, low, (long) count * lowBits);
    write(out, upper.words(), upperBits(positions, count));
    return out.toBytes();
  }

  static EliasFano read(ByteReader in, int positions, int count) throws DataFormatException {
    var lowLength = (long) count * lowBits(positions, count);
    var upperLength = upperBits(positions, count);
    var bytes = (lowLength + upperLength + 7) / Byte.SIZE;
    if (in.end() - in.next() != bytes) {
      throw new DataFormatException(
          "Elias-Fano: " + (in.end() - in.next()) + " bytes, expected " + bytes);
    }
    var bits = new BitReader(in);
    var low = read(bits, lowLength);
    var upper = read(bits, upperLength);
    bits.requireEnd();
    var read = new EliasFano(positions, count, low, upper);
    read.check();
    return read;
  }

  private void check() throws DataFormatException {
    if (upper.ones() != count) {
      throw new DataFormatException(
          "Elias-Fano: " + upper.ones() + " upper ones, expected " + count);
    }
    var before = -1L;
    var index = 0;
    for (var i = 0; i < upper.words().length; i++) {
      for (var word = upper.words()[i]; word != 0; word &= word - 1) {
        var one = position(64L * i + Long.numberOfTrailingZeros(word), index++);
        if (one <= before || one >= positions) {
          throw new DataFormatException(
              "Elias-Fano: position " + one + " after " + before + " of " + positions);
        }
        before = one;
      }
    }
  }

  private long position(long upperBit, int index) {
    return (upperBit - index) << lowBits | low(index);
  }

  private int low(int index) {
    return lowBits == 0 ? 0 : (int) part(low, (long) index * lowBits, lowBits);
  }

  /** l = ⌊log₂(positions / count)⌋. */
  private static int lowBits(int positions, int count) {
    return count == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(positions / count);
  }

  private static long upperBits(int positions, int count) {
    return count == 0 ? 0 : count + ((positions - 1L) >>> lowBits(positions, count)) + 1;
  }

  private static int words(long bits) {
    return (int) ((bits + 63) >>> 6);
  }

  private static void put(long[] words, long bit, long value) {
    var word = (int) (bit >>> 6);
    if (value != 0) {
      words[word] |= value << bit;
      var over = (value >>> 1) >>> (63 - (bit & 63));
      if (over != 0) {
        words[word + 1] |= over;
      }
    }
  }

  private static long part(long[] words, long bit, int width) {
    var word = (int) (bit >>> 6);
    var part = words[word] >>> bit;
    if ((bit & 63) + width > Long.SIZE) {
      part |= words[word + 1] << -bit;
    }
    return part & ((1L << width) - 1);
  }

  private static void write(BitWriter out, long[] words, long bits) {
    for (var bit = 0L; bit < bits; bit += Integer.SIZE) {
      var width = (int) Math.min(Integer.SIZE, bits - bit);
      out.bits((words[(int) (bit >>> 6)] >>> (bit & Integer.SIZE)) & ((1L << width) - 1), width);
    }
  }

  private static long[] read(BitReader in, long bits) throws DataFormatException {
    var words = new long[words(bits)];
    for (var bit = 0L; bit < bits; bit += Integer.SIZE) {
      var width = (int) Math.min(Integer.SIZE, bits - bit);
      words[(int) (bit >>> 6)] |= (in.bits(width) & 0xffff_ffffL) << (bit & Integer.SIZE);
    }
    return words;
  }
}
