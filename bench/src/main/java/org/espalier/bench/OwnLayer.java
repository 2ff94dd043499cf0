package org.espalier.bench;

import java.util.function.DoubleSupplier;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Tracer;
import org.espalier.engine.executor.Tuning;
import org.espalier.engine.kernels.Kernels;
import org.espalier.methods.Prepared;

/**
 * Our engine's time for one layer, forward and both gradients, read off a stopwatch inside a step
 * of the smallest network around it.
 */
final class OwnLayer implements DoubleSupplier, AutoCloseable {
  private final Watch watch = new Watch();
  private final TrainingStep step;

  /** The layer on random weights where {@code masks} leaves any. */
  OwnLayer(ProductLayer layer, Prepared masks, int batch, int threads, Tuning tuning) {
    this.step =
        new TrainingStep(
            new CpuEngine(Kernels.best(), watch, tuning), layer.alone(), masks, batch, threads);
  }

  /** Sums up the parts of one node. */
  private static final class Watch implements Tracer {
    private long nanoseconds;
    private long since;
    private boolean running;

    @Override
    public void begin(String node, Part part) {
      end();
      running = node.equals(ProductLayer.NODE);
      since = System.nanoTime();
    }

    private void end() {
      nanoseconds += running ? System.nanoTime() - since : 0;
      running = false;
    }
  }

  /** Milliseconds of the layer in one step. */
  @Override
  public double getAsDouble() {
    watch.nanoseconds = 0;
    step.backpropagate();
    watch.end();
    return watch.nanoseconds / 1e6;
  }

  @Override
  public void close() {
    step.close();
  }
}
