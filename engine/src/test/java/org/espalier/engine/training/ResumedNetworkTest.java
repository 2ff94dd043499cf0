package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Optimizer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolution, batch normalisation, dropout and rewiring on the real engine. */
class ResumedNetworkTest {
  private static final int STEPS = 60;
  private static final Randoms RANDOMS = new Randoms(4);
  private static final Network NETWORK =
      NetworkBuilder.of("small", new Shape(1, 6, 6))
          .conv("conv1", 4, 3, 1)
          .batchNorm("bn1")
          .relu("relu1")
          .maxPool("pool1", 2)
          .flatten("flatten")
          .dropout("dropout", 0.2)
          .linear("fc1", 20)
          .relu("relu2")
          .linear("fc2", LinearExecutor.CLASSES)
          .build();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"sgd, 1", "sgd, 5", "sgd, 7", "sgd, 38", "adam, 6", "adam, 23"})
  void resumedTrainingEndsWithTheSameBits(String optimizer, int interruption) {
    var file = folder.resolve("checkpoint");
    try (var uninterrupted = executor(1);
        var first = executor(1);
        var second = executor(1)) {
      trainer(uninterrupted, optimizer).run();

      var stopped = trainer(first, optimizer);
      while (stopped.iteration() < interruption) {
        stopped.iterate();
      }
      Checkpoint.write(file, "small", stopped);
      var resumed = trainer(second, optimizer);
      Checkpoint.read(file, "small", resumed);
      resumed.run();

      assertThat(content(second)).isEqualTo(content(uninterrupted));
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    try (var one = executor(1);
        var two = executor(2)) {
      trainer(one, "sgd").run();
      trainer(two, "sgd").run();

      assertThat(content(two)).isEqualTo(content(one));
    }
  }

  @Test
  void learns() {
    try (var executor = executor(2)) {
      trainer(executor, "adam").run();

      var source = new ClusterBatches(36);
      source.seek(100_000);
      assertThat(Evaluation.of(executor, List.of(source.next())).accuracy()).isGreaterThan(0.9);
    }
  }

  private static Executor executor(int threads) {
    var parameters = new Parameters(NETWORK, ResumedNetworkTest::stored);
    Initialiser.STANDARD.initialise(parameters, RANDOMS);
    return new CpuEngine()
        .compile(
            NETWORK,
            parameters,
            new Loss.CrossEntropy(0.1),
            new Engine.Options(16, threads, 4, true));
  }

  /** All three storages: the convolution masked, the first linear layer sparse, the rest dense. */
  private static Parameter stored(ParameterSpec spec) {
    return switch (spec.name()) {
      case "conv1.weight" -> Parameter.masked(spec, random(spec, 0.6));
      case "fc1.weight" -> Parameter.sparse(spec, random(spec, 0.3));
      default -> Parameter.dense(spec);
    };
  }

  private static Topology random(ParameterSpec spec, double density) {
    var random = RANDOMS.stream(Purpose.TOPOLOGY, spec.name(), 0);
    return Topology.of(
        spec.rows(), spec.columns(), random.sample(spec.size(), (int) (density * spec.size())));
  }

  private static Trainer trainer(Executor executor, String optimizer) {
    Optimizer rule =
        optimizer.equals("sgd")
            ? new Sgd(0.9, true, new WeightDecay(1e-3))
            : Adam.decoupled(new WeightDecay(1e-2));
    return new Trainer(
        new TrainingSetup(
            executor,
            new ClusterBatches(36),
            rule,
            new LearningRate.WarmUp(10, new LearningRate.Cosine(0.02, 0, STEPS)),
            new RewiringHook("fc1.weight"),
            STEPS),
        TrainingListener.NONE);
  }

  private static List<String> content(Executor executor) {
    var content = new ArrayList<String>();
    content.add(Arrays.toString(executor.parameters().of("fc1.weight").topology().positions()));
    for (var parameter : executor.parameters()) {
      content.add(parameter.name() + Arrays.toString(parameter.values()));
      for (var slot = 0; slot < parameter.slots(); slot++) {
        content.add(Arrays.toString(parameter.slot(slot)));
      }
    }
    return content;
  }
}
