package org.espalier.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;

/** The prunable weights of a trained network, and the network with others in their place. */
final class ModelWeights {
  /** From here on dense kernels are the faster ones. */
  private static final double DENSE = 0.5;

  private final SavedModel saved;
  private final List<float[]> tensors = new ArrayList<>(); // in the order of the network

  ModelWeights(SavedModel saved) {
    this.saved = saved;
    for (var parameter : saved.model().parameters()) {
      if (parameter.spec().prunable()) {
        tensors.add(parameter.toDense());
      }
    }
    if (tensors.isEmpty()) {
      throw new EspalierException(saved.file() + ": no prunable weights, expected some to encode");
    }
  }

  /** Dense, absent weights zero. */
  List<float[]> tensors() {
    return tensors;
  }

  int[] lengths() {
    return tensors.stream().mapToInt(it -> it.length).toArray();
  }

  long count() {
    return tensors.stream().mapToLong(it -> it.length).sum();
  }

  /** Biases, normalisation and statistics, which stay as they are. */
  long others() {
    var all = 0L;
    for (var parameter : saved.model().parameters()) {
      all += parameter.spec().size();
    }
    return all - count();
  }

  /** The parameters with other prunable weights, stored sparse where that is faster. */
  Parameters with(List<float[]> weights) {
    var next = weights.iterator();
    return new Parameters(saved.network(), spec -> parameter(spec, next));
  }

  private Parameter parameter(ParameterSpec spec, Iterator<float[]> weights) {
    if (!spec.prunable()) {
      var dense = Parameter.dense(spec);
      var values = saved.model().parameters().of(spec.name()).toDense();
      System.arraycopy(values, 0, dense.values(), 0, values.length);
      return dense;
    }
    return stored(spec, weights.next());
  }

  private static Parameter stored(ParameterSpec spec, float[] weights) {
    var positions = new long[weights.length];
    var values = new float[weights.length];
    var count = 0;
    for (var i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        positions[count] = i;
        values[count++] = weights[i];
      }
    }
    if (count > DENSE * weights.length) {
      var dense = Parameter.dense(spec);
      System.arraycopy(weights, 0, dense.values(), 0, weights.length);
      return dense;
    }
    var active = Arrays.copyOf(positions, count);
    var sparse = Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), active));
    System.arraycopy(values, 0, sparse.values(), 0, count);
    return sparse;
  }
}
