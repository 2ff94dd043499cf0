package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Tuning;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationTest {
  private static final Randoms RANDOMS = new Randoms(6);

  /**
   * On scalar kernels: vector kernels box until the compiler has got to them, which takes longer
   * than a test should.
   */
  @Test
  void aTrainingStepAllocatesNothing() {
    assertNothingIsAllocated(Tuning.NONE);
  }

  @Test
  void norDoesOneThatHasBeenTuned(@TempDir Path folder) {
    assertNothingIsAllocated(Tuning.of(folder, "processor", _ -> {}, _ -> {}));
  }

  private static void assertNothingIsAllocated(Tuning tuning) {
    var network =
        NetworkBuilder.of("small", new Shape(1, 6, 6))
            .conv("conv1", 4, 3, 1)
            .batchNorm("bn1")
            .relu("relu1")
            .maxPool("pool1", 2)
            .flatten("flatten")
            .dropout("dropout", 0.2)
            .linear("fc1", 3)
            .build();
    var parameters = new Parameters(network, AllocationTest::stored);
    Initialiser.STANDARD.initialise(parameters, RANDOMS);
    var options = new Engine.Options(16, 1, 4, true);
    var kernels = KernelChoice.choose("scalar").kernels();
    try (var executor =
        new CpuEngine(kernels)
            .tuned(tuning)
            .compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      var trainer =
          new Trainer(
              new TrainingSetup(
                  executor,
                  new SameBatch(),
                  new Sgd(0.9, true, new WeightDecay(1e-4)),
                  new LearningRate.WarmUp(
                      50, new LearningRate.Steps(0.01, List.of(100L, 200L), 0.1)),
                  TrainingHook.NONE,
                  Long.MAX_VALUE),
              TrainingListener.NONE);

      assertThat(fewestBytesOf100Iterations(trainer)).isZero();
    }
  }

  /** What remains once the classes are loaded and the loop is compiled. */
  private static long fewestBytesOf100Iterations(Trainer trainer) {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var fewest = Long.MAX_VALUE;
    for (var attempt = 0; attempt < 40 && fewest > 0; attempt++) {
      var before = bean.getCurrentThreadAllocatedBytes();
      for (var i = 0; i < 100; i++) {
        trainer.iterate();
      }
      fewest = Math.min(fewest, bean.getCurrentThreadAllocatedBytes() - before);
    }
    return fewest;
  }

  private static Parameter stored(ParameterSpec spec) {
    if (!spec.prunable()) {
      return Parameter.dense(spec);
    }
    var random = RANDOMS.stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = random.sample(spec.size(), (int) (spec.size() / 2));
    return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions));
  }

  private static final class SameBatch implements BatchSource {
    private final Batch batch = new Batch(16, 36);

    SameBatch() {
      var random = RANDOMS.stream(Purpose.DATA, 0, 0);
      for (var i = 0; i < batch.features().length; i++) {
        batch.features()[i] = random.nextFloat();
        batch.labels()[i / 36] = i / 36 % 3;
      }
    }

    @Override
    public int batchesPerEpoch() {
      return Integer.MAX_VALUE; // the end of an epoch makes its summary
    }

    @Override
    public void seek(long iteration) {}

    @Override
    public Batch next() {
      return batch;
    }

    @Override
    public void close() {}
  }
}
