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
  private final Parameter[] all;

  /** One parameter per tensor of {@code network}, made by {@code storage}; values are zero. */
  public Parameters(Network network, Function<ParameterSpec, Parameter> storage) {
    network.parameters().forEach(spec -> byName.put(spec.name(), storage.apply(spec)));
    all = byName.values().toArray(Parameter[]::new);
    trained = byName.values().stream().filter(parameter -> parameter.spec().trained()).toList();
  }

  /** One parameter per tensor: sparse on the topologies given, dense where there is none. */
  public static Parameters of(Network network, Map<String, Topology> topologies) {
    return new Parameters(
        network,
        spec -> {
          var topology = topologies.get(spec.name());
          return topology == null ? Parameter.dense(spec) : Parameter.sparse(spec, topology);
        });
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

  /**
   * Has all that is lent to an engine brought home, by this thread: threads that then share reading
   * it never bring anything home themselves.
   */
  public void bringHome() {
    for (var parameter : all) {
      parameter.values();
    }
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
