package org.espalier.app.run;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.report.Figures;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Cost;

/** Puts together the figures of a finished run. */
final class ResultFigures {
  private static final String VALIDATION = "validation_accuracy";

  private final Map<String, Object> figures = new LinkedHashMap<>();

  /** What was asked for. */
  ResultFigures asked(RunFolder folder, Plan plan) {
    var recipe = plan.recipe();
    figures.put("run", folder.toString());
    figures.put(RunResult.FINGERPRINT, Fingerprint.of(recipe));
    figures.put("data", recipe.data().name());
    figures.put("model", recipe.model());
    figures.put("method", recipe.method().name());
    figures.put("engine", recipe.engine().name());
    figures.put("device", recipe.engine().device().toString());
    figures.put("precision", recipe.engine().precision().toString());
    figures.put("seed", recipe.seed());
    figures.put("epochs", plan.length().epochs());
    figures.put("steps", plan.length().steps());
    return this;
  }

  /**
   * What was reached in the last epoch, and in the one that was best on held-out training samples;
   * nothing is ever chosen by test accuracy.
   */
  ResultFigures reached(List<EpochMetrics> epochs) {
    var last = epochs.getLast();
    figures.putAll(last.plainMeasures());
    List.of("step", "seconds", "learning_rate", "nnz").forEach(figures::remove);
    figures.put("iterations", last.iteration());
    if (last.has(VALIDATION)) {
      // The first of equals: a stable sort by descending accuracy.
      var best =
          epochs.stream()
              .sorted(Comparator.comparingDouble(it -> -it.measure(VALIDATION)))
              .findFirst()
              .orElseThrow();
      figures.put("best_validation_accuracy", best.measure(VALIDATION));
      figures.put("best_validation_epoch", best.epoch());
      figures.put("test_accuracy_at_best_validation", best.measure("test_accuracy"));
    }
    return this;
  }

  /** How sparse it is, and where. */
  ResultFigures density(DensityReport density, long allParameters) {
    figures.put("nnz", density.nonZeros());
    figures.put("prunable_weights", density.weights());
    figures.put("parameters", allParameters);
    figures.put("requested_density", density.requested());
    figures.put("realised_density", density.realised());
    figures.put("layers", density.layers().stream().map(ResultFigures::layer).toList());
    return this;
  }

  private static Map<String, Object> layer(DensityReport.Layer layer) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("parameter", layer.parameter());
    keys.put("weights", layer.weights());
    keys.put("nnz", layer.nonZeros());
    keys.put("requested_density", layer.requested());
    keys.put("realised_density", layer.realised());
    return keys;
  }

  /** What is held in memory, beside what the dense network would hold. */
  ResultFigures memory(Footprint held, Footprint dense) {
    figures.putAll(Figures.of("", held));
    figures.putAll(Figures.of("dense_", dense));
    figures.put("memory_ratio", held.parameters() / (double) dense.parameters());
    return this;
  }

  /** Operations relative to the dense network, by what the hook really asked for. */
  ResultFigures operations(Cost cost, CountingHook counts) {
    var all = Math.max(1, counts.iterations());
    var dense = counts.withDenseGradients() / (double) all;
    figures.put("inference_flops", cost.sparseFlops());
    figures.put("dense_inference_flops", cost.denseFlops());
    figures.put("inference_flops_ratio", cost.inferenceRatio());
    figures.put("train_flops_ratio", cost.trainingRatio(dense));
    return this;
  }

  /** How long it took, and how long a run of the usual length would take at this pace. */
  ResultFigures time(List<EpochMetrics> epochs, Plan plan) {
    var length = plan.length();
    var seconds = epochs.stream().mapToDouble(it -> it.measure("seconds")).sum();
    var stepMillis = Median.of(epochs.stream().mapToDouble(it -> it.measure("step_ms")).toArray());
    figures.put("step_ms", stepMillis);
    figures.put("samples_per_second", 1000 * plan.recipe().batch() / stepMillis);
    figures.put("seconds", seconds);
    // The last epoch may be a fraction of one: count in steps. Rewiring takes batches of its own.
    var perEpoch = seconds * length.batchesPerEpoch() / epochs.getLast().measure("step");
    var usual = plan.recipe().usualDuration().steps(length.batchesPerEpoch());
    figures.put("seconds_per_epoch", perEpoch);
    figures.put("usual_epochs", Math.ceilDiv(usual, length.batchesPerEpoch()));
    figures.put("projected_seconds", perEpoch * usual / length.batchesPerEpoch());
    return this;
  }

  /** What a step of the dense network takes on the same engine, where that was measured. */
  ResultFigures denseTime(OptionalDouble millis) {
    millis.ifPresent(it -> figures.put("dense_step_ms", it));
    return this;
  }

  /** Where it ran. */
  ResultFigures environment(int threads, OptionalInt vectorBits) {
    figures.put("espalier", ProgramVersion.number());
    figures.put("threads", threads);
    vectorBits.ifPresent(it -> figures.put("vector_bits", it));
    figures.put("jdk", Runtime.version().toString());
    figures.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    ProcessorName.find().ifPresent(name -> figures.put("cpu", name));
    return this;
  }

  RunResult result() {
    return new RunResult(figures);
  }
}
