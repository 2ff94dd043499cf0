package org.espalier.app.run;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.report.Quantity;
import org.espalier.engine.training.Checkpoint;
import org.espalier.engine.training.EpochSummary;
import org.espalier.engine.training.Evaluation;
import org.espalier.engine.training.Trainer;

/** Iterates a trainer to its end: evaluates and logs every epoch, saves checkpoints, keeps time. */
final class TrainingLoop {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Plan plan;
  private final RunFolder folder;
  private final Progress progress;
  private final Trainer trainer;
  private final CountingHook hook;
  private final EpochListener listener;
  private final MetricsLog log;
  private final String fingerprint;
  private final double[] stepMillis; // of the running epoch
  private int timed;
  private long lastCheckpoint = System.nanoTime();

  TrainingLoop(
      Plan plan,
      RunFolder folder,
      Progress progress,
      Trainer trainer,
      CountingHook hook,
      EpochListener listener,
      MetricsLog log) {
    this.plan = plan;
    this.folder = folder;
    this.progress = progress;
    this.trainer = trainer;
    this.hook = hook;
    this.listener = listener;
    this.log = log;
    this.fingerprint = Fingerprint.of(plan.recipe());
    this.stepMillis = new double[plan.length().batchesPerEpoch()];
  }

  void run() {
    progress.start(trainer.step());
    try {
      iterate();
    } finally {
      progress.erase(); // an error gets a line of its own
    }
  }

  private void iterate() {
    while (!trainer.finished()) {
      var start = System.nanoTime();
      trainer.iterate();
      stepMillis[timed++ % stepMillis.length] = (System.nanoTime() - start) / NANOS_PER_MILLI;
      var epoch = listener.take();
      if (epoch.isPresent()) {
        end(epoch.get());
      } else {
        progress.step(
            trainer.step(),
            plan.length().steps(),
            plan.recipe().batch(),
            trainer.epochLoss(),
            trainer.epochAccuracy());
      }
      saveIfDue(epoch);
    }
  }

  private void end(EpochSummary epoch) {
    var measures = new LinkedHashMap<String, Double>();
    measures.put("step", (double) epoch.step());
    measures.put("train_loss", epoch.loss());
    measures.put("train_accuracy", epoch.accuracy());
    evaluate(measures);
    measures.put("learning_rate", plan.learningRate().at(Math.max(0, epoch.step() - 1)));
    measures.put("nnz", (double) nonZeros());
    measures.putAll(hook.metrics());
    measures.put(
        "step_ms", Median.of(Arrays.copyOf(stepMillis, Math.min(timed, stepMillis.length))));
    measures.put("seconds", hook.seconds() - secondsBefore());
    var metrics = new EpochMetrics(Math.toIntExact(epoch.epoch()), trainer.iteration(), measures);
    log.append(metrics);
    progress.line(line(metrics));
    timed = 0;
  }

  private double secondsBefore() {
    return log.epochs().stream().mapToDouble(it -> it.measure("seconds")).sum();
  }

  private void evaluate(Map<String, Double> measures) {
    var executor = trainer.setup().executor();
    var data = plan.data();
    if (!data.validation().isEmpty()) {
      var validation = Evaluation.of(executor, plan.evaluationBatches(data.validation()));
      measures.put("validation_loss", validation.loss());
      measures.put("validation_accuracy", validation.accuracy());
    }
    if (!data.test().isEmpty()) {
      var test = Evaluation.of(executor, plan.evaluationBatches(data.test()));
      measures.put("test_loss", test.loss());
      measures.put("test_accuracy", test.accuracy());
    }
  }

  private long nonZeros() {
    var parameters = trainer.setup().executor().parameters();
    return plan.network().prunable().stream()
        .mapToLong(spec -> parameters.of(spec.name()).nonZeros())
        .sum();
  }

  private void saveIfDue(Optional<EpochSummary> ended) {
    var seconds = (System.nanoTime() - lastCheckpoint) / NANOS_PER_SECOND;
    if (plan.checkpoint().due(trainer.iteration(), ended, seconds) || trainer.finished()) {
      Checkpoint.write(folder.checkpoint(), fingerprint, trainer);
      lastCheckpoint = System.nanoTime();
    }
  }

  private String line(EpochMetrics epoch) {
    var line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "epoch %d/%d  loss %s  train %.2f %%",
            epoch.epoch(),
            Math.max(plan.length().epochs(), epoch.epoch()),
            Quantity.loss(epoch.measure("train_loss")),
            100 * epoch.measure("train_accuracy")));
    for (var split : new String[] {"validation", "test"}) {
      if (epoch.has(split + "_accuracy")) {
        line.append(
            String.format(
                Locale.ROOT, "  %s %.2f %%", split, 100 * epoch.measure(split + "_accuracy")));
      }
    }
    if (epoch.has("r_s")) {
      line.append(String.format(Locale.ROOT, "  R_s %.3f", epoch.measure("r_s")));
    }
    return line.append(
            String.format(
                Locale.ROOT,
                "  %.2f ms/step  %.1f s",
                epoch.measure("step_ms"),
                epoch.measure("seconds")))
        .toString();
  }
}
