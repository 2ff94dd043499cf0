package org.espalier.app.run;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import org.espalier.engine.executor.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.TrainingHook;

/**
 * A method's hook that also counts which iterations needed a dense weight gradient: what training
 * really cost, whatever the method.
 */
final class CountingHook implements TrainingHook {
  private final TrainingHook method;
  private long iterations;
  private long withDenseGradients;

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

  @Override
  public Map<String, Integer> absentGradientsWanted(long step, Parameters parameters) {
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
    method.save(out);
  }

  @Override
  public void load(DataInput in) throws IOException {
    iterations = in.readLong();
    withDenseGradients = in.readLong();
    method.load(in);
  }
}
