package org.espalier.data;

/**
 * The feature values of a sequence of samples, without their labels.
 *
 * <p>Images stay bytes, a quarter of the memory of floats, until they are copied into a batch.
 */
public sealed interface Samples {

  int count();

  /** Values per sample, {@code channels * height * width}. */
  int sampleSize();

  /**
   * Writes sample {@code index}, {@code [channel][height][width]}, to {@code into} from {@code at}
   * on.
   */
  void copy(int index, float[] into, int at);

  /**
   * Eight-bit values, one row per sample; 0 to 255 becomes 0 to 1.
   *
   * @param rows {@code [sample][channel * height * width]}, not copied, to be left alone afterwards
   */
  record Bytes(byte[][] rows, int sampleSize) implements Samples {
    public Bytes {
      for (var row : rows) {
        checkLength(row.length, sampleSize);
      }
    }

    @Override
    public int count() {
      return rows.length;
    }

    @Override
    public void copy(int index, float[] into, int at) {
      var row = rows[index];
      for (var i = 0; i < row.length; i++) {
        into[at + i] = (row[i] & 0xFF) / 255f;
      }
    }
  }

  /**
   * Real values, one row per sample, copied as they are.
   *
   * @param rows {@code [sample][feature]}, not copied, to be left alone afterwards
   */
  record Floats(float[][] rows, int sampleSize) implements Samples {
    public Floats {
      for (var row : rows) {
        checkLength(row.length, sampleSize);
      }
    }

    @Override
    public int count() {
      return rows.length;
    }

    @Override
    public void copy(int index, float[] into, int at) {
      System.arraycopy(rows[index], 0, into, at, sampleSize);
    }
  }

  private static void checkLength(int length, int sampleSize) {
    if (length != sampleSize) {
      throw new IllegalArgumentException("sample of " + length + " values: expected " + sampleSize);
    }
  }
}
