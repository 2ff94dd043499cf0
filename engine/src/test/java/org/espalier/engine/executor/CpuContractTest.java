package org.espalier.engine.executor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.kernels.KernelChoice;

/** The vector kernels of every width that this machine has, and the plain ones. */
class CpuContractTest extends EngineContract {

  @Override
  protected Map<String, Engine> engines() {
    var engines = new LinkedHashMap<String, Engine>();
    KernelChoice.available()
        .forEach(kernels -> engines.put(kernels.name(), new CpuEngine(kernels)));
    return engines;
  }

  @Override
  protected int threads() {
    return 2;
  }
}
