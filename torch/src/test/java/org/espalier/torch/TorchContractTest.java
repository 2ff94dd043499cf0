package org.espalier.torch;

import java.util.LinkedHashMap;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineContract;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.TestedEngines;

class TorchContractTest extends EngineContract {

  TorchContractTest() {
    super(tested());
  }

  /**
   * Both layouts of libtorch on the CPU, on one thread: of small products on a busy machine several
   * would mostly wait for each other.
   */
  static TestedEngines tested() {
    var engines = new LinkedHashMap<String, Engine>();
    for (var layout : TorchEngine.Layout.values()) {
      engines.put(layout.name(), new TorchEngine(Device.CPU, Precision.FLOAT32, layout));
    }
    return new TestedEngines(engines, 1);
  }
}
