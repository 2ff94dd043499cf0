package org.espalier.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.Nearest;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.network.Network;
import org.espalier.torch.TorchEngine;

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

  /** The order of images in memory of an opponent that has no choice. */
  static final String OWN_LAYOUT = "";

  private static final List<String> NAMES = List.of(DENSE, TorchEngine.NAME);
  private static final double SECONDS = 4;

  /** Refuses names of nobody. */
  static void requireKnown(List<String> names) {
    for (var name : names) {
      if (!NAMES.contains(name)) {
        throw new UsageException("unknown rival '" + name + "'" + Nearest.suggestion(name, NAMES));
      }
    }
  }

  /** The engine of the opponent of that name, or ours. */
  static Engine engine(String name, String layout) {
    return name.equals(TorchEngine.NAME)
        ? new TorchEngine(Device.CPU, Precision.FLOAT32, TorchEngine.Layout.valueOf(layout))
        : new CpuEngine();
  }

  /**
   * The opponent of that name, in the layout that suits it best.
   *
   * @param seconds that it will be measured for: how long it may take to find its layout
   * @throws org.espalier.engine.EspalierException if it is not part of this build
   */
  static Opponent of(String name, Network network, int batch, int threads, double seconds) {
    if (name.equals(TorchEngine.NAME)) {
      return torch(network, batch, threads, seconds);
    }
    var step = step(name, OWN_LAYOUT, network, batch, threads);
    return new Opponent(name, step, OWN_LAYOUT, Map.of());
  }

  private static TrainingStep step(
      String name, String layout, Network network, int batch, int threads) {
    return new TrainingStep(engine(name, layout), network, TrainingStep.DENSE, batch, threads);
  }

  /** Races the layouts against each other; the faster one stays. */
  private static Opponent torch(Network network, int batch, int threads, double seconds) {
    var name = TorchEngine.NAME;
    var planar = TorchEngine.Layout.NCHW.name();
    var interleaved = TorchEngine.Layout.NHWC.name();
    var one = step(name, planar, network, batch, threads);
    var other = step(name, interleaved, network, batch, threads);
    Warmup.steady(PairedTiming.clocked(one), Warmup.patience(seconds));
    Warmup.steady(PairedTiming.clocked(other), Warmup.patience(seconds));
    var timing =
        PairedTiming.measure(
                PairedTiming.turn(PairedTiming.clocked(one), 1),
                PairedTiming.turn(PairedTiming.clocked(other), 1),
                Math.min(SECONDS, seconds))
            .summary();
    var times = new LinkedHashMap<String, Double>();
    times.put(planar, timing.firstMs());
    times.put(interleaved, timing.secondMs());
    var first = timing.ratio() <= 1;
    (first ? other : one).close();
    return new Opponent(name, first ? one : other, first ? planar : interleaved, times);
  }

  @Override
  public void close() {
    step.close();
  }
}
