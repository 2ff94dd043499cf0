package org.espalier.engine.executor;

import java.util.LinkedHashMap;
import org.espalier.engine.kernels.KernelChoice;

class CpuContractTest extends EngineContract {

  CpuContractTest() {
    super(tested());
  }

  /** The vector kernels of every width that this machine has, and the plain ones. */
  static TestedEngines tested() {
    var engines = new LinkedHashMap<String, Engine>();
    KernelChoice.available()
        .forEach(kernels -> engines.put(kernels.name(), new CpuEngine(kernels)));
    return new TestedEngines(engines, 2);
  }
}
