package org.espalier.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineContract;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;

/** Both layouts of libtorch on the CPU. */
class TorchContractTest extends EngineContract {

  @Override
  protected Map<String, Engine> engines() {
    var engines = new LinkedHashMap<String, Engine>();
    for (var layout : TorchEngine.Layout.values()) {
      engines.put(layout.name(), new TorchEngine(Device.CPU, Precision.FLOAT32, layout));
    }
    return engines;
  }

  /** Small products on a busy machine: libtorch's threads would mostly wait for each other. */
  @Override
  protected int threads() {
    return 1;
  }
}
