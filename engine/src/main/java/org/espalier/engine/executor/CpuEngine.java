package org.espalier.engine.executor;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/** The engine of this module: compiles networks to the CPU's vector kernels. */
public final class CpuEngine {
  private CpuEngine() {}

  /**
   * How to compile.
   *
   * @param batchSize the largest batch
   * @param threads including the caller's; results do not depend on it
   * @param seed of dropout
   * @param training whether backward passes are wanted; without them much less memory is needed
   */
  public record Options(int batchSize, int threads, long seed, boolean training) {
    public Options {
      if (batchSize < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "batch size " + batchSize + ", threads " + threads + ": expected at least 1");
      }
    }
  }

  /** An executor over {@code parameters}, which it reads and whose gradients it fills. */
  public static Executor compile(
      Network network, Parameters parameters, Loss loss, Options options) {
    return compile(network, parameters, loss, options, Kernels.best());
  }

  /** As above, with kernels of a given width. */
  public static Executor compile(
      Network network, Parameters parameters, Loss loss, Options options, Kernels kernels) {
    return new CpuExecutor(network, parameters, loss, options, kernels);
  }
}
