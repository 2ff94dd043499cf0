package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines side by side on changing batches, and beside them what float rounding does by
 * itself: libtorch in its other layout.
 *
 * <p>Sooner or later a rounding error moves a value across the kink of its ReLU, and the curves of
 * that run part in the third digit, whoever computes them; until then they agree in six. So several
 * runs are compared, and at each step the middle one of their differences counts. A small network
 * stays in six digits for twenty large steps; of a large one only the first few of fifty are so
 * near.
 */
class LossCurveTest {
  private static final int BATCH = 8;

  /** Decays so much that without it losses would differ in the third digit. */
  private static final Sgd OPTIMIZER = new Sgd(0.9, true, new WeightDecay(0.05));

  /** A few roundings of a loss between 2 and 4. */
  private static final double FLOOR = 8 * Math.ulp(2f);

  /** So many runs of a network from different weights, and the storage of those. */
  record Curves(Network network, Storage storage, int runs, int steps, double learningRate) {
    @Override
    public String toString() {
      return "%s, %d times %d steps, %s".formatted(network.name(), runs, steps, storage);
    }

    /** {@code [run][step]}. */
    double[][] losses(Engine engine) {
      return IntStream.range(0, runs)
          .mapToObj(run -> losses(engine, new Randoms(run)))
          .toArray(double[][]::new);
    }

    private double[] losses(Engine engine, Randoms randoms) {
      var parameters = new Parameters(network, spec -> stored(spec, randoms));
      Initialiser.STANDARD.initialise(parameters, randoms);
      var losses = new double[steps];
      var options = new Engine.Options(BATCH, 1, 1, true);
      try (var executor = engine.compile(network, parameters, new Loss.CrossEntropy(0), options)) {
        for (var step = 0; step < steps; step++) {
          executor.forward(samples(network, randoms, step), Mode.TRAINING, step);
          losses[step] = executor.loss();
          executor.backward();
          executor.update(OPTIMIZER, learningRate, step);
        }
      }
      return losses;
    }

    /** A quarter of the weights unless they are stored dense. */
    private Parameter stored(ParameterSpec spec, Randoms randoms) {
      if (storage == Storage.DENSE || !spec.prunable()) {
        return Parameter.dense(spec);
      }
      var stream = randoms.stream(Purpose.TOPOLOGY, spec.name(), 0);
      var positions =
          LongStream.range(0, spec.size()).filter(_ -> stream.nextInt(4) == 0).toArray();
      var topology = Topology.of(spec.rows(), spec.columns(), positions);
      return storage == Storage.SPARSE
          ? Parameter.sparse(spec, topology)
          : Parameter.masked(spec, topology);
    }

    /** By step, the middle one of all runs. */
    double[] differences(double[][] ours, double[][] theirs) {
      return IntStream.range(0, steps)
          .mapToDouble(
              step ->
                  IntStream.range(0, runs)
                      .mapToDouble(run -> Math.abs(ours[run][step] - theirs[run][step]))
                      .sorted()
                      .toArray()[runs / 2])
          .toArray();
    }
  }

  static Stream<Curves> curves() {
    var small = Models.named("resnet-8", new Shape(3, 8, 8), 10);
    var large = Models.named("resnet-20", new Shape(3, 16, 16), 10);
    return Stream.of(
        new Curves(small, Storage.DENSE, 11, 20, 0.01),
        new Curves(small, Storage.MASKED, 11, 20, 0.01),
        new Curves(small, Storage.SPARSE, 11, 20, 0.01),
        new Curves(large, Storage.DENSE, 7, 50, 0.001),
        new Curves(large, Storage.SPARSE, 7, 50, 0.001));
  }

  @ParameterizedTest
  @MethodSource("curves")
  void lossesPartNoMoreThanThoseOfTwoLayoutsOfLibtorch(Curves curves) {
    var theirs = curves.losses(new TorchEngine());
    var other = new TorchEngine(Device.CPU, Precision.FLOAT32, TorchEngine.Layout.NHWC);
    var control = curves.differences(curves.losses(other), theirs);
    var ours = curves.losses(new CpuEngine());
    var differences = curves.differences(ours, theirs);

    var drift = 0.0;
    for (var step = 0; step < curves.steps(); step++) {
      drift = Math.max(drift, control[step]);
      assertThat(differences[step])
          .as("difference of losses at step %d", step)
          .isLessThanOrEqualTo(FLOOR + 3 * drift);
    }
    assertThat(mean(ours, curves.steps() - 5)).isLessThan(0.9 * mean(ours, 0));
  }

  /** Of five steps of all runs. */
  private static double mean(double[][] losses, int first) {
    return Arrays.stream(losses)
        .flatMapToDouble(run -> Arrays.stream(run, first, first + 5))
        .average()
        .orElseThrow();
  }

  /** Noise around a pattern of each class. */
  private static Batch samples(Network network, Randoms randoms, int step) {
    var stream = randoms.stream(Purpose.DATA, step, 0);
    var batch = new Batch(BATCH, network.input().size());
    for (var sample = 0; sample < BATCH; sample++) {
      batch.labels()[sample] = stream.nextInt(10);
      var pattern = randoms.stream(Purpose.DATA, batch.labels()[sample], 1);
      for (var i = 0; i < batch.sampleSize(); i++) {
        batch.features()[sample * batch.sampleSize() + i] =
            (float) (stream.nextGaussian() + pattern.nextGaussian());
      }
    }
    return batch;
  }
}
