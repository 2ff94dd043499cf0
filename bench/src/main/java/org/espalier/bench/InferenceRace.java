package org.espalier.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Tuning;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.training.Batch;

/**
 * The sparse network in our engine against the same network, dense, in each rival: one batch in
 * memory, the same number of threads, and the logits compared before anything is timed.
 */
final class InferenceRace {
  /** Relative to the largest logit: sums of thousands of floats in other orders. */
  private static final double TOLERANCE = 1e-3;

  private final Network network;
  private final Parameters weights;
  private final int threads;
  private final Tuning tuning;

  /** Random weights on the topologies given; normalisations have statistics of their own. */
  InferenceRace(Network network, Map<String, Topology> topologies, int threads, Tuning tuning) {
    this.network = network;
    this.threads = threads;
    this.tuning = tuning;
    this.weights = RandomModel.trained(network, topologies);
  }

  /**
   * How one rival did.
   *
   * @param layout the order of images in memory in which it was fastest, empty if it has no choice
   * @param error largest difference of a logit from ours, over the largest logit
   */
  record Lap(String rival, String layout, PairedTiming.Result timing, double error) {}

  /** The rivals, the fastest first, and who could not take part and why. */
  record Outcome(List<Lap> laps, List<String> leftOut) {}

  long nonZeros() {
    return network.prunable().stream().mapToLong(weights::nonZeros).sum();
  }

  /** Races all rivals on batches of that size. */
  Outcome run(List<String> rivals, int batchSize, double seconds) {
    var batch = RandomModel.batch(network, batchSize);
    var laps = new ArrayList<Lap>();
    var leftOut = new ArrayList<String>();
    var engine = new CpuEngine().tuned(tuning);
    try (var ours = new EngineInference(engine, network, weights, batch, threads)) {
      Warmup.tune(ours::run, tuning);
      for (var name : rivals) {
        var rival = rival(name, batch, seconds, leftOut);
        if (rival.isPresent()) {
          try (var present = rival.get()) {
            laps.add(lap(ours, present, seconds));
          }
        }
      }
    }
    if (laps.isEmpty()) {
      throw new EspalierException(String.join("; ", leftOut));
    }
    laps.sort(Comparator.comparingDouble(lap -> lap.timing().ratio()));
    return new Outcome(laps, leftOut);
  }

  private Optional<Rival> rival(String name, Batch batch, double seconds, List<String> leftOut) {
    try {
      return Optional.of(Rivals.named(name, network, weights, batch, threads, seconds));
    } catch (EspalierException e) {
      leftOut.add(name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Lap lap(EngineInference ours, Rival rival, double seconds) {
    var error = error(ours, rival);
    var theirRun = PairedTiming.clocked(rival::run);
    var ourRun = PairedTiming.clocked(ours::run);
    var rivalMs = Warmup.steady(theirRun, Warmup.patience(seconds));
    var ourMs = Warmup.steady(ourRun, Warmup.patience(seconds));
    var runs = PairedTiming.runs(Math.min(rivalMs, ourMs));
    var pairs =
        PairedTiming.measure(
            PairedTiming.turn(theirRun, runs), PairedTiming.turn(ourRun, runs), seconds);
    return new Lap(rival.name(), rival.layout(), pairs.summary(), error);
  }

  /** Runs both once; refuses to time what computes something else. */
  private static double error(EngineInference ours, Rival rival) {
    ours.run();
    rival.run();
    var expected = ours.logits();
    var actual = rival.logits();
    var largest = 0.0;
    var difference = 0.0;
    for (var i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    if (!(difference <= TOLERANCE * largest)) {
      throw new EspalierException(
          "%s: logits differ from ours by up to %.3g where the largest is %.3g, expected the same"
              .formatted(rival.name(), difference, largest));
    }
    return difference / largest;
  }
}
