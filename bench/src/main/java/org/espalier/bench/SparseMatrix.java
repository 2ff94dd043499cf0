package org.espalier.bench;

import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockGrid;
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

  /**
   * Uniformly random blocks, as many as come nearest to {@code density}.
   *
   * @throws IllegalArgumentException if blocks do not divide the matrix
   */
  static SparseMatrix random(int rows, int columns, double density, Block block, long seed) {
    var stream = new Randoms(seed).stream(Purpose.TOPOLOGY, 0, 0);
    var role = ParameterSpec.Role.WEIGHT;
    var spec = new ParameterSpec("matrix.weight", role, rows, columns, 1, 1, 1);
    var grid = BlockGrid.of(spec, block);
    var count = (int) Math.round(density * grid.size());
    var topology = grid.topology(stream.sample(grid.size(), count));
    var value = new float[topology.nonZeros()];
    for (var p = 0; p < value.length; p++) {
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
