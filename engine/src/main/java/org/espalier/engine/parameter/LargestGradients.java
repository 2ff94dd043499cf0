package org.espalier.engine.parameter;

import java.util.Arrays;
import org.espalier.engine.EspalierException;

/**
 * Keeps the largest gradients among the absent weights of one parameter while the dense gradient
 * streams by, in memory proportional to how many are kept.
 *
 * <p>Gradients rank by magnitude, ties by position ascending. No two entries rank alike, so what is
 * kept depends neither on the order of the offers nor on how they were split among collectors that
 * are {@linkplain #merge merged} in the end. Zero gradients count too: a growth that asks for as
 * many positions as are absent gets them all. Not thread-safe.
 */
public final class LargestGradients {
  private static final int MAGNITUDE = 0x7FFFFFFF;
  private static final int INFINITE = 0x7F800000;
  private static final int SPARE_AT_LEAST = 1024;

  private final String parameter;
  private final int wanted;
  private int[] magnitudes; // |gradient| as int bits, which order like the floats
  private long[] entries; // position << 1 | sign
  private int count;

  // The worst entry that still matters; everything behind it is rejected at once.
  private int worstMagnitude = -1;
  private long worstEntry = Long.MAX_VALUE;

  /**
   * A collector without entries.
   *
   * @param parameter its name, for messages
   * @param wanted how many gradients to keep, at least 0
   */
  public LargestGradients(String parameter, int wanted) {
    if (wanted < 0) {
      throw new IllegalArgumentException(
          parameter + ": " + wanted + " gradients wanted, expected at least 0");
    }
    this.parameter = parameter;
    this.wanted = wanted;
    if (wanted == 0) {
      worstMagnitude = Integer.MAX_VALUE;
    }
    var room = Math.min(capacity(), SPARE_AT_LEAST);
    this.magnitudes = new int[room];
    this.entries = new long[room];
  }

  /** Half as many again as are kept: a compaction then pays for itself by the room it makes. */
  private int capacity() {
    return (int)
        Math.min(wanted + (long) Math.max(wanted / 2, SPARE_AT_LEAST), Integer.MAX_VALUE - 8);
  }

  /**
   * Offers the gradient of one absent weight.
   *
   * @param position {@code row·columns + column}
   * @throws EspalierException if the gradient is not finite
   */
  public void offer(long position, float gradient) {
    var bits = Float.floatToRawIntBits(gradient);
    if ((bits & MAGNITUDE) >= worstMagnitude) {
      consider(bits & MAGNITUDE, (position << 1) | (bits >>> 31));
    }
  }

  /**
   * Offers a strip of one row of the dense gradient and skips the active positions in it.
   *
   * @param fromColumn first column of the strip
   * @param toColumn the column after its last
   * @param gradients the strip starts at {@code offset}
   * @throws EspalierException if the gradient of an absent weight is not finite
   */
  public void offerRow(
      Topology topology, int row, int fromColumn, int toColumn, float[] gradients, int offset) {
    var base = (long) row * topology.columns();
    var found = topology.indexOf(row, fromColumn);
    var active = found < 0 ? -found - 1 : found;
    var end = topology.rowStart()[row + 1];
    var column = fromColumn;
    while (column < toColumn) {
      var next = active < end ? Math.min(topology.column(active++), toColumn) : toColumn;
      offerRun(base + column, gradients, offset + column - fromColumn, next - column);
      column = next + 1;
    }
  }

  /** Offers consecutive positions, all absent. */
  private void offerRun(long position, float[] gradients, int offset, int length) {
    var worst = worstMagnitude;
    for (var i = 0; i < length; i++) {
      var bits = Float.floatToRawIntBits(gradients[offset + i]);
      if ((bits & MAGNITUDE) >= worst) {
        consider(bits & MAGNITUDE, ((position + i) << 1) | (bits >>> 31));
        worst = worstMagnitude;
      }
    }
  }

  /** Adds everything {@code other} holds; both belong to one parameter and want equally many. */
  public void merge(LargestGradients other) {
    for (var i = 0; i < other.count; i++) {
      if (other.magnitudes[i] >= worstMagnitude) {
        consider(other.magnitudes[i], other.entries[i]);
      }
    }
  }

  /** The largest gradients offered so far: as many as wanted, or all if there were fewer. */
  public AbsentGradients result() {
    compact();
    var order = new long[count];
    for (var i = 0; i < count; i++) {
      order[i] = ((long) (MAGNITUDE - magnitudes[i]) << 32) | i;
    }
    Arrays.sort(order);
    var sorted = new long[count];
    for (var i = 0; i < count; i++) {
      sorted[i] = entries[(int) order[i]];
    }
    sortTies(order, sorted);

    var gradients = new float[count];
    for (var i = 0; i < count; i++) {
      var magnitude = MAGNITUDE - (int) (order[i] >>> 32);
      gradients[i] = Float.intBitsToFloat(magnitude | ((int) sorted[i] << 31));
      sorted[i] >>>= 1;
    }
    return new AbsentGradients(sorted, gradients);
  }

  private static void sortTies(long[] order, long[] sorted) {
    for (var from = 0; from < order.length; ) {
      var to = from + 1;
      while (to < order.length && order[to] >>> 32 == order[from] >>> 32) {
        to++;
      }
      Arrays.sort(sorted, from, to);
      from = to;
    }
  }

  private void consider(int magnitude, long entry) {
    if (wanted == 0 || (magnitude == worstMagnitude && entry > worstEntry)) {
      return;
    }
    if (magnitude >= INFINITE) {
      throw new EspalierException(
          "the gradient of "
              + parameter
              + " at position "
              + (entry >>> 1)
              + " is "
              + Float.intBitsToFloat(magnitude | ((int) entry << 31))
              + ", expected a finite number: the learning rate may be too high");
    }
    if (count == magnitudes.length) {
      makeRoom();
    }
    magnitudes[count] = magnitude;
    entries[count++] = entry;
  }

  private void makeRoom() {
    if (count < capacity()) {
      var room = (int) Math.min(2L * count, capacity());
      magnitudes = Arrays.copyOf(magnitudes, room);
      entries = Arrays.copyOf(entries, room);
    } else {
      compact();
    }
  }

  /** Drops what ranks behind the wanted number and tightens the threshold. */
  private void compact() {
    if (count <= wanted || wanted == 0) {
      return;
    }
    select(wanted - 1);
    count = wanted;
    worstMagnitude = magnitudes[count - 1];
    worstEntry = entries[count - 1];
  }

  /** Quickselect: moves the entry of that rank into its place, better ones before it. */
  private void select(int rank) {
    var from = 0;
    var to = count - 1;
    while (from < to) {
      // A hash of the bounds for a pivot: no order of offers that occurs is quadratic.
      var pivot =
          from + (int) ((((from * 31L + to) * 0x9E3779B97F4A7C15L) >>> 33) % (to - from + 1));
      var middle = partition(from, to, pivot);
      if (middle == rank) {
        return;
      }
      if (middle < rank) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
  }

  private int partition(int from, int to, int pivot) {
    swap(pivot, to);
    var magnitude = magnitudes[to];
    var entry = entries[to];
    var middle = from;
    for (var i = from; i < to; i++) {
      if (magnitudes[i] > magnitude || (magnitudes[i] == magnitude && entries[i] < entry)) {
        swap(i, middle++);
      }
    }
    swap(middle, to);
    return middle;
  }

  private void swap(int i, int j) {
    var magnitude = magnitudes[i];
    magnitudes[i] = magnitudes[j];
    magnitudes[j] = magnitude;
    var entry = entries[i];
    entries[i] = entries[j];
    entries[j] = entry;
  }
}
