package org.espalier.app.run;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.TrainingHook;

/**
 * A method's hook that also counts the time and which iterations needed a dense weight gradient:
 * what training really cost, whatever the method.
 */
final class CountingHook implements TrainingHook {
  private static final double NANOS_PER_SECOND = 1e9;

  private final TrainingHook method;
  private long iterations;
  private long withDenseGradients;
  private long earlierNanos; // up to the checkpoint that this process goes on from
  private long started = System.nanoTime();

  CountingHook(TrainingHook method) {
    this.method = method;
  }

  /** Iterations so far, those before an interruption included. */
  long iterations() {
    return iterations;
  }

  /** How many of them took a dense weight gradient. */
  long withDenseGradients() {
    return withDenseGradients;
  }

  /**
   * Time since the start of training; what was lost by an interruption, and is done again, counts
   * once.
   */
  double seconds() {
    return nanos() / NANOS_PER_SECOND;
  }

  private long nanos() {
    return earlierNanos + System.nanoTime() - started;
  }

  @Override
  public Map<String, AbsentGradients.Wanted> absentGradientsWanted(
      long step, Parameters parameters) {
    var wanted = method.absentGradientsWanted(step, parameters);
    iterations++;
    withDenseGradients += wanted.isEmpty() ? 0 : 1;
    return wanted;
  }

  @Override
  public boolean beforeStep(
      long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    return method.beforeStep(step, parameters, candidates);
  }

  @Override
  public void afterStep(long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
    method.afterStep(step, parameters, candidates);
  }

  @Override
  public Map<String, Double> metrics() {
    return method.metrics();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeLong(iterations);
    out.writeLong(withDenseGradients);
    out.writeLong(nanos());
    method.save(out);
  }

  @Override
  public void load(DataInput in) throws IOException {
    iterations = in.readLong();
    withDenseGradients = in.readLong();
    earlierNanos = in.readLong();
    started = System.nanoTime();
    method.load(in);
  }
}
