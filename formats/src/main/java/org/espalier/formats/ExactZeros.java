package org.espalier.formats;

import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;

/** Models whose zeros are weights, as other programs write them, and such where they are absent. */
public final class ExactZeros {
  private ExactZeros() {}

  /** The same model with every dense weight tensor that has zeros stored sparse, without them. */
  public static Model absent(Model model) {
    var before = model.parameters();
    var parameters = new Parameters(model.network(), spec -> sparse(before.of(spec.name())));
    return new Model(model.network(), parameters, model.metadata());
  }

  private static Parameter sparse(Parameter parameter) {
    var spec = parameter.spec();
    if (!spec.prunable() || parameter.storage() != Storage.DENSE) {
      return parameter;
    }
    var values = parameter.values();
    var count = 0;
    for (var value : values) {
      count += value != 0 ? 1 : 0;
    }
    if (count == values.length) {
      return parameter;
    }
    var positions = new long[count];
    var held = new float[count];
    var next = 0;
    for (var i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        positions[next] = i;
        held[next++] = values[i];
      }
    }
    var sparse = Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions));
    System.arraycopy(held, 0, sparse.values(), 0, count);
    return sparse;
  }
}
