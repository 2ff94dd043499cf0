package org.espalier.engine.parameter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.espalier.engine.network.Cost;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.network.ParameterSpec;

/** All tensors of one network by name, in the order of its nodes. */
public final class Parameters implements Iterable<Parameter> {
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final List<Parameter> trained;

  /** One parameter per tensor of {@code network}, made by {@code storage}; values are zero. */
  public Parameters(Network network, Function<ParameterSpec, Parameter> storage) {
    network.parameters().forEach(spec -> byName.put(spec.name(), storage.apply(spec)));
    trained = byName.values().stream().filter(parameter -> parameter.spec().trained()).toList();
  }

  /** All tensors dense. */
  public static Parameters dense(Network network) {
    return new Parameters(network, Parameter::dense);
  }

  public Parameter of(String name) {
    var parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name + " among " + byName.keySet());
    }
    return parameter;
  }

  /** Those that an optimizer updates: all but running statistics. */
  public List<Parameter> trained() {
    return trained;
  }

  /** Active weights of a tensor, for {@link Cost}. */
  public long nonZeros(ParameterSpec spec) {
    return of(spec.name()).nonZeros();
  }

  /** What is kept of a tensor, for {@link NetworkTable}. */
  public NetworkTable.Stored stored(ParameterSpec spec) {
    var parameter = of(spec.name());
    return new NetworkTable.Stored(parameter.nonZeros(), parameter.bytes());
  }

  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  @Override
  public Iterator<Parameter> iterator() {
    return byName.values().iterator();
  }
}
