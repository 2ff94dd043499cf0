package org.espalier.bench;

import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;

/** A random sparse matrix and its transpose, as the kernels take them. */
record SparseMatrix(
    int rows,
    int columns,
    int[] rowStart,
    char[] column,
    float[] value,
    int[] columnStart,
    char[] row,
    int[] permutation) {

  /** Exactly {@code density·rows·columns} non-zeros at uniformly random positions. */
  static SparseMatrix random(int rows, int columns, double density, long seed) {
    var stream = new Randoms(seed).stream(Purpose.TOPOLOGY, 0, 0);
    var count = (int) Math.round(density * rows * columns);
    var topology = Topology.of(rows, columns, stream.sample((long) rows * columns, count));
    var value = new float[count];
    for (var p = 0; p < count; p++) {
      value[p] = (float) stream.nextGaussian();
    }
    return of(topology, value);
  }

  private static SparseMatrix of(Topology topology, float[] value) {
    var columnStart = new int[topology.columns() + 1];
    for (var p = 0; p < value.length; p++) {
      columnStart[topology.column(p) + 1]++;
    }
    for (var column = 0; column < topology.columns(); column++) {
      columnStart[column + 1] += columnStart[column];
    }
    var next = columnStart.clone();
    var row = new char[value.length];
    var permutation = new int[value.length];
    for (var r = 0; r < topology.rows(); r++) {
      for (var p = topology.rowStart()[r]; p < topology.rowStart()[r + 1]; p++) {
        var to = next[topology.column(p)]++;
        row[to] = (char) r;
        permutation[to] = p;
      }
    }
    return new SparseMatrix(
        topology.rows(),
        topology.columns(),
        topology.rowStart(),
        topology.narrowColumns(),
        value,
        columnStart,
        row,
        permutation);
  }

  int nonZeros() {
    return value.length;
  }
}
