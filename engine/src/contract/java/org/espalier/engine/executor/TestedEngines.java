package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Storage;

/**
 * The engines that are held to the contracts.
 *
 * @param byName the one that is tested most first
 * @param threads of every executor
 */
public record TestedEngines(Map<String, Engine> byName, int threads) {

  /** Each network in every storage: on all engines, and small batches on the first. */
  Stream<EngineCase> cases(List<Network> networks) {
    var cases = new ArrayList<EngineCase>();
    for (var network : networks) {
      for (var storage : Storage.values()) {
        byName.keySet().forEach(name -> cases.add(of(name, network, storage, EngineCase.FULL)));
        var first = byName.keySet().iterator().next();
        cases.add(of(first, network, storage, EngineCase.SMALL));
      }
    }
    return cases.stream();
  }

  private EngineCase of(String name, Network network, Storage storage, int batch) {
    var engine = ReferenceNetwork.of(byName, name);
    return new EngineCase(name, engine, threads, network, storage, batch);
  }
}
