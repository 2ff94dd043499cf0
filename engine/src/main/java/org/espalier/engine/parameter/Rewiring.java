package org.espalier.engine.parameter;

/**
 * One topology update of a parameter: which stored weights go and which positions come.
 *
 * @param dropped indices in stored order, strictly ascending
 * @param grown positions, strictly ascending, none of them active after the drop; a position both
 *     dropped and grown keeps its value and optimizer state (RigL's published rule)
 */
public record Rewiring(int[] dropped, long[] grown) {

  /**
   * The topology after this update of {@code before}, in O(rows + nnz).
   *
   * @throws IllegalArgumentException if the indices or positions are not as described above
   */
  Result apply(Topology before) {
    checkDropped(before);
    checkGrown(before);
    var nonZeros = Math.toIntExact((long) before.nonZeros() - dropped.length + grown.length);
    var after = new Topology.Builder(before.rows(), before.columns(), nonZeros);
    var origin = new int[nonZeros];
    var count = 0;
    var nextDropped = 0;
    var nextGrown = 0;
    for (var row = 0; row < before.rows(); row++) {
      var base = (long) row * before.columns();
      for (var p = before.rowStart()[row]; p < before.rowStart()[row + 1]; p++) {
        var position = base + before.column(p);
        for (; nextGrown < grown.length && grown[nextGrown] < position; nextGrown++) {
          origin[count++] = Result.NEW;
          after.add((int) (grown[nextGrown] - base));
        }
        var goes = nextDropped < dropped.length && dropped[nextDropped] == p;
        var comes = nextGrown < grown.length && grown[nextGrown] == position;
        if (comes && !goes) {
          throw new IllegalArgumentException(
              "grown position " + position + " is active and not dropped");
        }
        if (comes || !goes) {
          origin[count++] = p;
          after.add(before.column(p));
        }
        nextDropped += goes ? 1 : 0;
        nextGrown += comes ? 1 : 0;
      }
      for (; nextGrown < grown.length && grown[nextGrown] < base + before.columns(); nextGrown++) {
        origin[count++] = Result.NEW;
        after.add((int) (grown[nextGrown] - base));
      }
      after.endRow();
    }
    return new Result(after.build(), origin);
  }

  private void checkDropped(Topology before) {
    var last = -1;
    for (var index : dropped) {
      if (index <= last || index >= before.nonZeros()) {
        throw new IllegalArgumentException(
            "dropped index "
                + index
                + " after "
                + last
                + ": expected ascending indices below "
                + before.nonZeros());
      }
      last = index;
    }
  }

  private void checkGrown(Topology before) {
    var last = -1L;
    for (var position : grown) {
      if (position <= last || position >= before.size()) {
        throw new IllegalArgumentException(
            "grown position "
                + position
                + " after "
                + last
                + ": expected ascending positions below "
                + before.size());
      }
      last = position;
    }
  }

  /**
   * The topology after an update.
   *
   * @param origin for each stored weight its index before the update, {@link #NEW} for a new
   *     connection
   */
  record Result(Topology topology, int[] origin) {
    static final int NEW = -1;
  }
}
