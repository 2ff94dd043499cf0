package org.espalier.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;
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

  /** Random weights on the topologies given; normalisations have statistics of their own. */
  InferenceRace(Network network, Map<String, Topology> topologies, int threads) {
    this.network = network;
    this.threads = threads;
    this.weights =
        new Parameters(
            network,
            spec -> {
              var topology = topologies.get(spec.name());
              return topology == null ? Parameter.dense(spec) : Parameter.sparse(spec, topology);
            });
    Initialiser.STANDARD.initialise(weights, new Randoms(1));
    weights.forEach(InferenceRace::perturb);
  }

  /**
   * How one rival did.
   *
   * @param error largest difference of a logit from ours, over the largest logit
   */
  record Lap(String rival, PairedTiming.Result timing, double error) {}

  /** The rivals, the fastest first, and who could not take part and why. */
  record Outcome(List<Lap> laps, List<String> leftOut) {}

  long nonZeros() {
    return network.prunable().stream().mapToLong(weights::nonZeros).sum();
  }

  /** Statistics and affine parameters as after some training, so that folding has work to do. */
  private static void perturb(Parameter parameter) {
    var values = parameter.values();
    var stream = new Randoms(3).stream(Purpose.INITIALISATION, parameter.name(), 0);
    for (var i = 0; i < values.length; i++) {
      switch (parameter.spec().role()) {
        case RUNNING_VARIANCE, NORM_SCALE -> values[i] = (float) (0.75 + 0.5 * stream.nextDouble());
        case RUNNING_MEAN, NORM_SHIFT -> values[i] = (float) (0.1 * stream.nextGaussian());
        case WEIGHT, BIAS -> {}
      }
    }
  }

  /** Races all rivals on batches of that size. */
  Outcome run(List<String> rivals, int batchSize, double seconds) {
    var batch = randomBatch(batchSize, new Randoms(2).stream(Purpose.DATA, 0, 0));
    var laps = new ArrayList<Lap>();
    var leftOut = new ArrayList<String>();
    try (var ours = new EngineInference(new CpuEngine(), network, weights, batch, threads)) {
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

  private Batch randomBatch(int size, RandomStream stream) {
    var batch = new Batch(size, network.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    return batch;
  }

  private static Lap lap(EngineInference ours, Rival rival, double seconds) {
    var error = error(ours, rival);
    var theirRun = PairedTiming.clocked(rival::run);
    var ourRun = PairedTiming.clocked(ours::run);
    var rivalMs = Warmup.steady(theirRun, Warmup.patience(seconds));
    var ourMs = Warmup.steady(ourRun, Warmup.patience(seconds));
    var runs = StepRace.stepsPerTurn(Math.min(rivalMs, ourMs));
    var pairs =
        PairedTiming.measure(
            PairedTiming.turn(theirRun, runs), PairedTiming.turn(ourRun, runs), seconds);
    return new Lap(rival.name(), pairs.summary(), error);
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
