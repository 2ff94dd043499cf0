package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.LearningRate;
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
import org.espalier.engine.training.BatchSource;
import org.espalier.engine.training.Trainer;
import org.espalier.engine.training.TrainingListener;
import org.espalier.engine.training.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods inside real training of a small network, on samples around five random centres. */
class TrainedMethodsTest {
  private static final Network NETWORK = Models.named("mlp:67x31", Shape.features(41), 5);
  private static final int BATCH = 32;

  @Test
  void rigLThatDropsNothingEqualsTheStaticRunOnTheBatchesItSteppedWith() {
    try (var rigl = run("rigl", Set.of(), 1, "every", "10it", "drop-fraction", 0);
        var still = run("static-random", Set.of(10L, 21L, 32L), 1)) {
      rigl.trainer.run();
      still.trainer.run();
      assertThat(rigl.trainer.iteration()).isEqualTo(43);
      assertThat(rigl.state()).isEqualTo(still.state());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl", "set-itop", "rigl-itop"})
  void topologiesDoNotDependOnThreads(String name) {
    try (var one = run(name, Set.of(), 1, "every", "7it");
        var two = run(name, Set.of(), 2, "every", "7it")) {
      one.trainer.run();
      two.trainer.run();
      assertThat(one.state()).isEqualTo(two.state());
    }
  }

  @Test
  void growthAloneLeavesTheLossOfItsBatchUnchanged() {
    try (var run = run("rigl", Set.of(), 1, "every", "10it", "drop-fraction", 0.5)) {
      var before = new LinkedHashMap<String, Topology>();
      while (run.trainer.iteration() < 11) {
        run.sparse().forEach(parameter -> before.put(parameter.name(), parameter.topology()));
        run.trainer.iterate();
      }
      var after = new LinkedHashMap<String, Topology>();
      run.sparse().forEach(parameter -> after.put(parameter.name(), parameter.topology()));
      assertThat(after).isNotEqualTo(before);
      try (var stripped =
          new CpuEngine()
              .compile(
                  NETWORK,
                  withoutNew(run.parameters, before),
                  new Loss.CrossEntropy(0),
                  new Engine.Options(BATCH, 1, 1, false))) {
        var batch = new Centres(Set.of()).at(10);
        stripped.forward(batch, Executor.Mode.INFERENCE, 0);
        run.executor.forward(batch, Executor.Mode.INFERENCE, 0);
        assertThat(run.executor.loss()).isEqualTo(stripped.loss());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "static-random", "set", "rigl", "set-itop", "rigl-itop"})
  void everyMethodLearns(String name) {
    Object[] settings =
        Methods.named(name).family().equals(DynamicSparse.FAMILY)
            ? new Object[] {"every", "5it"}
            : new Object[0];
    try (var run = new Run(SyntheticRun.method(name, settings), new Centres(Set.of()), 1, 200)) {
      run.trainer.iterate();
      var first = run.trainer.loss();
      run.trainer.run();
      assertThat(run.trainer.loss()).isLessThan(first / 2);
    }
  }

  /** A copy in which connections that were not active in {@code before} do not exist. */
  private static Parameters withoutNew(Parameters parameters, Map<String, Topology> before) {
    return new Parameters(
        NETWORK,
        spec -> {
          var parameter = parameters.of(spec.name());
          var old = before.get(spec.name());
          if (old == null) {
            var copy = Parameter.dense(spec);
            System.arraycopy(parameter.values(), 0, copy.values(), 0, copy.stored());
            return copy;
          }
          var now = parameter.topology().positions();
          var kept = LongStream.of(now).filter(old::active).toArray();
          var copy = Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), kept));
          for (var i = 0; i < kept.length; i++) {
            copy.values()[i] = parameter.values()[Arrays.binarySearch(now, kept[i])];
          }
          return copy;
        });
  }

  private static Run run(String name, Set<Long> skipped, int threads, Object... settings) {
    return new Run(SyntheticRun.method(name, settings), new Centres(skipped), threads, 40);
  }

  /** One method in training. */
  private static final class Run implements AutoCloseable {
    final Parameters parameters;
    final Executor executor;
    final Trainer trainer;

    Run(Method method, BatchSource batches, int threads, long steps) {
      var randoms = new Randoms(3);
      var prepared = method.prepare(NETWORK, new TrainingPlan(steps, 20), randoms);
      parameters = Parameters.of(NETWORK, prepared.topologies());
      Initialiser.STANDARD.initialise(parameters, randoms);
      executor =
          new CpuEngine()
              .compile(
                  NETWORK,
                  parameters,
                  new Loss.CrossEntropy(0),
                  new Engine.Options(BATCH, threads, 1, true));
      trainer =
          new Trainer(
              new TrainingSetup(
                  executor,
                  batches,
                  new Sgd(0.9, true, WeightDecay.NONE),
                  new LearningRate.Constant(0.05),
                  prepared.hook(),
                  steps),
              TrainingListener.NONE);
    }

    List<Parameter> sparse() {
      return NETWORK.prunable().stream()
          .map(spec -> parameters.of(spec.name()))
          .filter(parameter -> parameter.storage() == Storage.SPARSE)
          .toList();
    }

    Map<String, String> state() {
      var state = new LinkedHashMap<String, String>();
      for (var parameter : parameters) {
        var where =
            parameter.storage() == Storage.SPARSE
                ? Arrays.toString(parameter.topology().positions())
                : "all";
        state.put(
            parameter.name(),
            where + Arrays.toString(parameter.values()) + Arrays.toString(parameter.slot(0)));
      }
      return state;
    }

    @Override
    public void close() {
      executor.close();
    }
  }

  /** Noise around one centre per class; batches in {@code skipped} never come. */
  private static final class Centres implements BatchSource {
    private final Set<Long> skipped;
    private final Batch batch = new Batch(BATCH, 41);
    private long next;

    Centres(Set<Long> skipped) {
      this.skipped = skipped;
    }

    Batch at(long number) {
      var random = new Randoms(5).stream(Purpose.DATA, 1, number);
      for (var sample = 0; sample < BATCH; sample++) {
        var label = random.nextInt(5);
        var centre = new Randoms(5).stream(Purpose.DATA, 0, label);
        batch.labels()[sample] = label;
        for (var feature = 0; feature < 41; feature++) {
          batch.features()[sample * 41 + feature] =
              centre.nextFloat() - 0.5f + 0.5f * (random.nextFloat() - 0.5f);
        }
      }
      return batch;
    }

    @Override
    public int batchesPerEpoch() {
      return 20;
    }

    @Override
    public void seek(long iteration) {
      next = iteration;
    }

    @Override
    public Batch next() {
      while (skipped.contains(next)) {
        next++;
      }
      return at(next++);
    }

    @Override
    public void close() {}
  }
}
