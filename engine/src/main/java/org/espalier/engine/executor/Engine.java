package org.espalier.engine.executor;

import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/**
 * Compiles networks for one kind of processor. The same network, parameters and batch give the same
 * loss and gradients on every engine, to float tolerance.
 */
public interface Engine {

  /** Its name on the command line. */
  String name();

  /** An executor over {@code parameters}, which it reads and whose gradients it fills. */
  Executor compile(Network network, Parameters parameters, Loss loss, Options options);

  /**
   * How to compile.
   *
   * @param batchSize the largest batch
   * @param threads including the caller's; results of the CPU engine do not depend on it
   * @param seed of dropout
   * @param training whether backward passes are wanted; without them much less memory is needed
   */
  record Options(int batchSize, int threads, long seed, boolean training) {
    public Options {
      if (batchSize < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "batch size " + batchSize + ", threads " + threads + ": expected at least 1");
      }
    }
  }
}
