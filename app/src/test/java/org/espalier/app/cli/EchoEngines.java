package org.espalier.app.cli;

import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/** An engine from outside, as far as the application can tell: it counts what it compiles. */
public final class EchoEngines implements EngineProvider {
  static final AtomicInteger COMPILED = new AtomicInteger();

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public Engine engine(Device device, Precision precision) {
    if (device == Device.CUDA) {
      throw new EspalierException("device cuda: engine echo finds none here, expected cpu");
    }
    return new Echo(new CpuEngine());
  }

  private record Echo(Engine source) implements Engine {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public Executor compile(Network network, Parameters parameters, Loss loss, Options options) {
      COMPILED.incrementAndGet();
      return source.compile(network, parameters, loss, options);
    }
  }
}
