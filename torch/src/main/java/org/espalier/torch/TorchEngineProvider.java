package org.espalier.torch;

import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider;

/** Offers libtorch to the program. */
public final class TorchEngineProvider implements EngineProvider {

  @Override
  public String name() {
    return TorchEngine.NAME;
  }

  @Override
  public Engine engine(Device device, Precision precision) {
    return new TorchEngine(device, precision, TorchEngine.Layout.NCHW);
  }
}
