package org.espalier.engine.parameter;

/**
 * One topology update of a parameter: which stored weights go and which positions come.
 *
 * @param dropped indices in stored order, ascending
 * @param grown positions, ascending, none of them active after the drop; a position both dropped
 *     and grown keeps its value and optimizer state (RigL's published rule)
 */
public record Rewiring(int[] dropped, long[] grown) {

  /** The topology after this update of {@code before}, O(nnz). */
  Result apply(Topology before) {
    var after =
        new Topology.Builder(
            before.rows(), before.columns(), before.nonZeros() - dropped.length + grown.length);
    var origin = new int[before.nonZeros() - dropped.length + grown.length];
    var count = 0;
    var nextDropped = 0;
    var nextGrown = 0;
    for (var row = 0; row < before.rows(); row++) {
      var base = (long) row * before.columns();
      var p = before.rowStart()[row];
      var end = before.rowStart()[row + 1];
      while (true) {
        var old = p < end ? before.column(p) : Integer.MAX_VALUE;
        var fresh =
            nextGrown < grown.length && grown[nextGrown] < base + before.columns()
                ? (int) (grown[nextGrown] - base)
                : Integer.MAX_VALUE;
        if (old == Integer.MAX_VALUE && fresh == Integer.MAX_VALUE) {
          break;
        }
        var goes = old <= fresh && nextDropped < dropped.length && dropped[nextDropped] == p;
        if (goes) {
          nextDropped++;
        }
        if (fresh < old) {
          after.add(fresh);
          origin[count++] = -1;
          nextGrown++;
          continue;
        }
        if (old == fresh) {
          nextGrown++;
          if (!goes) {
            throw new IllegalArgumentException("position " + (base + fresh) + " is active already");
          }
        }
        if (!goes || old == fresh) {
          after.add(old);
          origin[count++] = p;
        }
        p++;
      }
      after.endRow();
    }
    return new Result(after.build(), origin);
  }

  /**
   * The topology after an update.
   *
   * @param origin for each stored weight its index before the update, −1 for a new connection
   */
  record Result(Topology topology, int[] origin) {}
}
