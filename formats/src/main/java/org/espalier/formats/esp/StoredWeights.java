package org.espalier.formats.esp;

import java.util.Arrays;
import java.util.Optional;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;

/**
 * What a compressed file keeps of a tensor: the active weights, row by row.
 *
 * @param topology their places; empty if all are there
 * @param rowStart where each row begins among the values, and their number at the end
 */
record StoredWeights(
    ParameterSpec spec, Optional<Topology> topology, int[] rowStart, float[] values) {

  /** The active weights of a parameter; of a masked one the others are left behind. */
  static StoredWeights of(Parameter parameter) {
    return switch (parameter.storage()) {
      case DENSE -> dense(parameter.spec(), parameter.values());
      case SPARSE -> sparse(parameter.spec(), parameter.topology(), parameter.values());
      case MASKED -> {
        var all = parameter.values();
        var positions = parameter.topology().positions();
        var active = new float[positions.length];
        for (var i = 0; i < active.length; i++) {
          active[i] = all[(int) positions[i]];
        }
        yield sparse(parameter.spec(), parameter.topology(), active);
      }
    };
  }

  static StoredWeights dense(ParameterSpec spec, float[] values) {
    return new StoredWeights(spec, Optional.empty(), rowStart(spec), values);
  }

  /** Where rows begin if all weights are there. */
  static int[] rowStart(ParameterSpec spec) {
    var rowStart = new int[spec.rows() + 1];
    Arrays.setAll(rowStart, row -> row * spec.columns());
    return rowStart;
  }

  static StoredWeights sparse(ParameterSpec spec, Topology topology, float[] values) {
    return new StoredWeights(spec, Optional.of(topology), topology.rowStart(), values);
  }

  /** Euclidean. */
  double norm() {
    var squares = 0.0;
    for (var value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /** What remains without the weights of the given indices, which ascend. */
  Topology topologyWithout(int[] dropped) {
    return topology.orElseGet(() -> Topology.full(spec.rows(), spec.columns())).without(dropped);
  }

  /** The parameter that a reader of the file gets. */
  Parameter parameter() {
    var parameter =
        topology.map(it -> Parameter.sparse(spec, it)).orElseGet(() -> Parameter.dense(spec));
    System.arraycopy(values, 0, parameter.values(), 0, values.length);
    return parameter;
  }
}
