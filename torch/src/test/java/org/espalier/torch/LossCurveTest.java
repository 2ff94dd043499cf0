package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both engines side by side on changing batches, and beside them what float rounding does by
 * itself: libtorch in its other layout.
 *
 * <p>Sooner or later a rounding error moves a value across the kink of its ReLU, and the curves of
 * that run part in the third digit, whoever computes them; until then they agree in six. So several
 * runs are compared, and at each step the middle one of their differences counts.
 */
class LossCurveTest {
  private static final int RUNS = 11;
  private static final int STEPS = 20;
  private static final int BATCH = 8;
  private static final Network NETWORK = Models.named("resnet-8", new Shape(3, 8, 8), 10);

  /** Decays so much that without it losses would differ in the third digit. */
  private static final Sgd OPTIMIZER = new Sgd(0.9, true, new WeightDecay(0.05));

  /** A few roundings of a loss between 2 and 4. */
  private static final double FLOOR = 8 * Math.ulp(2f);

  @ParameterizedTest
  @EnumSource
  void lossesPartNoMoreThanThoseOfTwoLayoutsOfLibtorch(Storage storage) {
    var theirs = losses(new TorchEngine(), storage);
    var other = new TorchEngine(Device.CPU, Precision.FLOAT32, TorchEngine.Layout.NHWC);
    var control = differences(losses(other, storage), theirs);
    var ours = losses(new CpuEngine(), storage);
    var differences = differences(ours, theirs);

    var drift = 0.0;
    for (var step = 0; step < STEPS; step++) {
      drift = Math.max(drift, control[step]);
      assertThat(differences[step])
          .as("difference of losses at step %d", step)
          .isLessThanOrEqualTo(FLOOR + 3 * drift);
    }
    assertThat(mean(ours, STEPS - 5)).isLessThan(0.9 * mean(ours, 0));
  }

  /** By step, the middle one of all runs. */
  private static double[] differences(double[][] ours, double[][] theirs) {
    return IntStream.range(0, STEPS)
        .mapToDouble(
            step ->
                IntStream.range(0, RUNS)
                    .mapToDouble(run -> Math.abs(ours[run][step] - theirs[run][step]))
                    .sorted()
                    .toArray()[RUNS / 2])
        .toArray();
  }

  /** Of five steps of all runs. */
  private static double mean(double[][] losses, int first) {
    return Arrays.stream(losses)
        .flatMapToDouble(run -> Arrays.stream(run, first, first + 5))
        .average()
        .orElseThrow();
  }

  /** {@code [run][step]}. */
  private static double[][] losses(Engine engine, Storage storage) {
    return IntStream.range(0, RUNS)
        .mapToObj(run -> losses(engine, storage, new Randoms(run)))
        .toArray(double[][]::new);
  }

  private static double[] losses(Engine engine, Storage storage, Randoms randoms) {
    var parameters = new Parameters(NETWORK, spec -> stored(spec, storage, randoms));
    Initialiser.STANDARD.initialise(parameters, randoms);
    var losses = new double[STEPS];
    var options = new Engine.Options(BATCH, 1, 1, true);
    try (var executor = engine.compile(NETWORK, parameters, new Loss.CrossEntropy(0), options)) {
      for (var step = 0; step < STEPS; step++) {
        executor.forward(samples(randoms, step), Mode.TRAINING, step);
        losses[step] = executor.loss();
        executor.backward();
        executor.update(OPTIMIZER, 0.01, step);
      }
    }
    return losses;
  }

  /** A quarter of the weights unless they are stored dense. */
  private static Parameter stored(ParameterSpec spec, Storage storage, Randoms randoms) {
    if (storage == Storage.DENSE || !spec.prunable()) {
      return Parameter.dense(spec);
    }
    var stream = randoms.stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = LongStream.range(0, spec.size()).filter(_ -> stream.nextInt(4) == 0).toArray();
    var topology = Topology.of(spec.rows(), spec.columns(), positions);
    return storage == Storage.SPARSE
        ? Parameter.sparse(spec, topology)
        : Parameter.masked(spec, topology);
  }

  /** Noise around a pattern of each class. */
  private static Batch samples(Randoms randoms, int step) {
    var stream = randoms.stream(Purpose.DATA, step, 0);
    var batch = new Batch(BATCH, NETWORK.input().size());
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
