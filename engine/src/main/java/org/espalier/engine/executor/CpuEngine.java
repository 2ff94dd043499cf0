package org.espalier.engine.executor;

import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/**
 * The engine of this module: compiles networks to the CPU's vector kernels.
 *
 * @param tracer told what every step is at
 * @param tuning finds the tilings that are fastest here
 */
public record CpuEngine(Kernels kernels, Tracer tracer, Tuning tuning) implements Engine {
  public static final String NAME = "cpu";

  /** With the best kernels of this machine. */
  public CpuEngine() {
    this(Kernels.best());
  }

  /** With given kernels. */
  public CpuEngine(Kernels kernels) {
    this(kernels, Tracer.NONE);
  }

  /** With given kernels, followed by a tracer. */
  public CpuEngine(Kernels kernels, Tracer tracer) {
    this(kernels, tracer, Tuning.NONE);
  }

  /** The same engine, which learns what is fastest on this machine. */
  public CpuEngine tuned(Tuning tuning) {
    return new CpuEngine(kernels, tracer, tuning);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Executor compile(Network network, Parameters parameters, Loss loss, Options options) {
    var engine = options.training() ? this : narrowed(options.batchSize());
    // A tracer wants one part after the other.
    return tracer.equals(Tracer.NONE) && ShardedExecutor.suits(network, options, engine.kernels)
        ? new ShardedExecutor(network, parameters, loss, options, engine)
        : new CpuExecutor(network, parameters, loss, options, engine);
  }

  /** Gradients sum over lanes, so training keeps its width; in inference lanes are independent. */
  private CpuEngine narrowed(int samples) {
    return new CpuEngine(KernelChoice.narrowed(kernels, samples), tracer, tuning);
  }
}
