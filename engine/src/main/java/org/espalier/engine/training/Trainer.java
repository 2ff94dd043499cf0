package org.espalier.engine.training;

import java.math.BigDecimal;
import java.math.MathContext;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Executor;

/**
 * The training loop: batch, forward, loss, backward, hook, optimizer, hook.
 *
 * <p>An <em>iteration</em> consumes a batch, a <em>step</em> updates the weights; a hook may spend
 * a batch on a rewiring instead of a step. Training and its epochs are counted in steps. Between
 * iterations it can be saved as a {@link Checkpoint} and goes on from there bit for bit.
 */
public final class Trainer {
  private final TrainingSetup setup;
  private final TrainingListener listener;
  private final int batchesPerEpoch;

  private long step;
  private long iteration;
  private double loss = Double.NaN;
  private double lossSum; // of the running epoch, as are the next two
  private long correct;
  private long samples;

  private boolean positioned; // the batches stand where training does
  private boolean within; // an iteration has begun and not ended

  /** Training from the start; a checkpoint read into it moves it on. */
  public Trainer(TrainingSetup setup, TrainingListener listener) {
    this.setup = setup;
    this.listener = listener;
    this.batchesPerEpoch = setup.batches().batchesPerEpoch();
  }

  /** Trains to the end. */
  public void run() {
    while (!finished()) {
      iterate();
    }
  }

  /** Whether all steps are done. */
  public boolean finished() {
    return step >= setup.totalSteps();
  }

  /**
   * Uses one batch.
   *
   * @throws EspalierException if the loss is not finite; weights are as before this batch, and the
   *     trainer neither continues nor lets itself be saved
   */
  public void iterate() {
    if (finished() || within) {
      throw new IllegalStateException(
          within ? "an earlier iteration failed" : "all " + step + " steps are done");
    }
    within = true;
    var batch = nextBatch();
    var executor = setup.executor();
    var hook = setup.hook();
    var parameters = executor.parameters();

    var wanted = hook.absentGradientsWanted(step, parameters);
    executor.forward(batch, Executor.Mode.TRAINING, iteration);
    loss = finite(executor.loss());
    var hits = executor.correct();
    var candidates = executor.backward(wanted);
    var stepping = hook.beforeStep(step, parameters, candidates);
    if (stepping) {
      update();
      hook.afterStep(step, parameters, candidates);
    }
    iteration++;
    count(batch.size(), hits);
    within = false;
    if (stepping && (step % batchesPerEpoch == 0 || finished())) {
      endEpoch();
    }
  }

  private Batch nextBatch() {
    if (!positioned) {
      setup.batches().seek(iteration);
      positioned = true;
    }
    return setup.batches().next();
  }

  private void update() {
    setup.executor().update(setup.optimizer(), learningRate(), step);
    step++;
  }

  private void count(int size, int hits) {
    lossSum += loss * size;
    correct += hits;
    samples += size;
    listener.iterationEnded(this);
  }

  /** Epochs are counted in steps, so that a run of ten has ten, whatever batches rewiring used. */
  private void endEpoch() {
    var epoch =
        new EpochSummary(
            (step - 1) / batchesPerEpoch + 1, step, samples, epochLoss(), epochAccuracy());
    lossSum = 0;
    correct = 0;
    samples = 0;
    listener.epochEnded(this, epoch);
  }

  private double finite(double loss) {
    if (Double.isFinite(loss)) {
      return loss;
    }
    var rate = new BigDecimal(learningRate(), new MathContext(3)).doubleValue();
    throw new EspalierException(
        "the loss is %s at step %d (epoch %d), expected a finite number: the learning rate %s may"
                .formatted(loss, step, epoch(), rate)
            + " be too high, or the samples hold values that are not numbers");
  }

  /** What this trainer was made of. */
  public TrainingSetup setup() {
    return setup;
  }

  /** Optimizer steps done. */
  public long step() {
    return step;
  }

  /** Batches used. */
  public long iteration() {
    return iteration;
  }

  /** Number of the running epoch, from 1. */
  public long epoch() {
    return step / batchesPerEpoch + 1;
  }

  /** Mean loss over the latest batch, NaN before the first. */
  public double loss() {
    return loss;
  }

  /** Mean loss over the samples of the running epoch, NaN before its first batch. */
  public double epochLoss() {
    return lossSum / samples;
  }

  /** Share of right answers in the running epoch, NaN before its first batch. */
  public double epochAccuracy() {
    return correct / (double) samples;
  }

  /** The rate of the step that is due. */
  public double learningRate() {
    return setup.learningRate().at(step);
  }

  TrainingState state() {
    if (within) {
      throw new IllegalStateException("a trainer is saved between iterations, not within one");
    }
    return new TrainingState(step, iteration, lossSum, correct, samples);
  }

  void restore(TrainingState state) {
    step = state.step();
    iteration = state.iteration();
    loss = Double.NaN;
    lossSum = state.lossSum();
    correct = state.correct();
    samples = state.samples();
    positioned = false;
    within = false;
  }
}
