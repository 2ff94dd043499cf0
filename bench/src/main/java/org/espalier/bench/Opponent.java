package org.espalier.bench;

import java.util.List;
import java.util.Map;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.Nearest;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.network.Network;

/**
 * The dense twin of a network, ready to step: what sparse networks race against.
 *
 * @param name on the command line and in results
 * @param layout the order of images in memory in which it is fastest, empty if it has no choice
 * @param layoutMs milliseconds of a step in each order that was tried
 */
record Opponent(String name, TrainingStep step, String layout, Map<String, Double> layoutMs)
    implements AutoCloseable {
  /** Our own dense kernels. */
  static final String DENSE = "dense";

  private static final List<String> NAMES = List.of(DENSE);

  /** Refuses names of nobody. */
  static void requireKnown(List<String> names) {
    for (var name : names) {
      if (!NAMES.contains(name)) {
        throw new UsageException("unknown rival '" + name + "'" + Nearest.suggestion(name, NAMES));
      }
    }
  }

  /** The engine of that opponent, in one layout. */
  static Engine engine(String name, String layout) {
    return new CpuEngine();
  }

  /** The opponent of that name, warm and in the layout that suits it best. */
  static Opponent of(String name, Network network, int batch, int threads) {
    var step = new TrainingStep(engine(name, ""), network, TrainingStep.DENSE, batch, threads);
    return new Opponent(name, step, "", Map.of());
  }

  @Override
  public void close() {
    step.close();
  }
}
