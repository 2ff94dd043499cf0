package org.espalier.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private final LinearExecutor executor = new LinearExecutor(Parameter::dense);

  @Test
  void learns() {
    var trainer = trainer(TrainingHook.NONE, 300, TrainingListener.NONE);
    var before = evaluate();

    trainer.run();

    assertThat(before.accuracy()).isLessThan(0.6);
    assertThat(evaluate().accuracy()).isGreaterThan(0.95);
    assertThat(evaluate().loss()).isLessThan(before.loss() / 2);
  }

  @Test
  void endsAfterTheStepsAsked() {
    var trainer = trainer(TrainingHook.NONE, 10, TrainingListener.NONE);

    trainer.run();

    assertThat(trainer.finished()).isTrue();
    assertThat(trainer.step()).isEqualTo(10);
    assertThat(trainer.iteration()).isEqualTo(10);
    assertThatThrownBy(trainer::iterate).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void iterationsThatReplaceAStepAreNotCountedAsSteps() {
    var calls = new ArrayList<String>();
    var hook =
        new TrainingHook() {
          private boolean skipped;

          @Override
          public Map<String, AbsentGradients.Wanted> absentGradientsWanted(
              long step, Parameters parameters) {
            calls.add("wanted " + step);
            return Map.of();
          }

          @Override
          public boolean beforeStep(
              long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
            calls.add("before " + step);
            skipped = step == 1 && !skipped;
            return !skipped;
          }

          @Override
          public void afterStep(
              long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
            calls.add("after " + step);
          }
        };
    var trainer = trainer(hook, 2, TrainingListener.NONE);

    trainer.run();

    assertThat(calls)
        .containsExactly(
            "wanted 0",
            "before 0",
            "after 1",
            "wanted 1",
            "before 1",
            "wanted 1",
            "before 1",
            "after 2");
    assertThat(trainer.step()).isEqualTo(2);
    assertThat(trainer.iteration()).isEqualTo(3);
  }

  @Test
  void anIterationThatReplacesAStepLeavesTheWeightsAlone() {
    var skipping =
        new TrainingHook() {
          @Override
          public boolean beforeStep(
              long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
            return false;
          }
        };
    var before = executor.parameters().of("fc.weight").values().clone();

    trainer(skipping, 1, TrainingListener.NONE).iterate();

    assertThat(executor.parameters().of("fc.weight").values()).isEqualTo(before);
  }

  @Test
  void epochsAreCountedInStepsWhateverBatchesAHookSpends() {
    var spending =
        new TrainingHook() {
          private long iterations;

          @Override
          public boolean beforeStep(
              long step, Parameters parameters, Map<String, AbsentGradients> candidates) {
            return ++iterations % 3 != 0;
          }
        };
    var epochs = new ArrayList<EpochSummary>();
    var listener =
        new TrainingListener() {
          @Override
          public void epochEnded(Trainer trainer, EpochSummary epoch) {
            epochs.add(epoch);
          }
        };

    trainer(spending, 14, listener).run();

    assertThat(epochs).extracting(EpochSummary::epoch).containsExactly(1L, 2L);
    assertThat(epochs).extracting(EpochSummary::step).containsExactly(7L, 14L);
  }

  @Test
  void reportsTheMeansOfEachEpochAndOfTheLastPart() {
    var epochs = new ArrayList<EpochSummary>();
    var sums = new double[3]; // of the running epoch: samples, loss, epochs seen
    var expected = new ArrayList<Double>();
    var listener =
        new TrainingListener() {
          @Override
          public void iterationEnded(Trainer trainer) {
            var size = trainer.iteration() % 7 == 0 ? 5 : 16;
            sums[0] += size;
            sums[1] += size * trainer.loss();
            assertThat(trainer.epochLoss()).isCloseTo(sums[1] / sums[0], within(1e-12));
          }

          @Override
          public void epochEnded(Trainer trainer, EpochSummary epoch) {
            epochs.add(epoch);
            expected.add(sums[1] / sums[0]);
            sums[0] = 0;
            sums[1] = 0;
          }
        };

    trainer(TrainingHook.NONE, 17, listener).run();

    assertThat(epochs).extracting(EpochSummary::epoch).containsExactly(1L, 2L, 3L);
    assertThat(epochs).extracting(EpochSummary::step).containsExactly(7L, 14L, 17L);
    assertThat(epochs).extracting(EpochSummary::samples).containsExactly(101L, 101L, 48L);
    for (var i = 0; i < 3; i++) {
      assertThat(epochs.get(i).loss()).isCloseTo(expected.get(i), within(1e-12));
      assertThat(epochs.get(i).accuracy()).isBetween(0.0, 1.0);
    }
    assertThat(epochs.getLast().accuracy()).isGreaterThan(epochs.getFirst().accuracy());
  }

  @Test
  void stopsAtALossThatIsNotFinite() {
    var trainer = trainer(TrainingHook.NONE, 10, TrainingListener.NONE);
    trainer.iterate();
    var weight = executor.parameters().of("fc.weight");
    weight.values()[0] = Float.NaN;
    var before = weight.values().clone();

    assertThatThrownBy(trainer::iterate)
        .isInstanceOf(EspalierException.class)
        .hasMessageContainingAll("loss is NaN", "step 1", "epoch 1", "learning rate 0.1");
    assertThat(weight.values()).isEqualTo(before);
    assertThatThrownBy(trainer::iterate).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void runningStatisticsAreNotOptimised() {
    trainer(TrainingHook.NONE, 3, TrainingListener.NONE).run();

    assertThat(executor.parameters().of("bn.running_mean").slots()).isZero();
    assertThat(executor.parameters().of("bn.running_var").values()).containsOnly(0f);
    assertThat(executor.parameters().of("fc.weight").slots()).isEqualTo(1);
  }

  @Test
  void evaluationWeighsSmallBatchesBySize() {
    var source = new ClusterBatches();
    source.seek(6);
    var small = Evaluation.of(executor, List.of(source.next()));
    source.seek(0);
    var large = Evaluation.of(executor, List.of(source.next()));

    var both =
        Evaluation.of(
            executor,
            () -> LongStream.of(6, 0).peek(source::seek).mapToObj(i -> source.next()).iterator());

    assertThat(both.samples()).isEqualTo(21);
    assertThat(both.loss()).isCloseTo((5 * small.loss() + 16 * large.loss()) / 21, within(1e-12));
  }

  @Test
  void evaluationNeedsSamplesAndFiniteWeights() {
    assertThatThrownBy(() -> Evaluation.of(executor, List.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("at least one sample");
    executor.parameters().of("fc.bias").values()[0] = Float.NaN;
    assertThatThrownBy(this::evaluate)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("NaN");
  }

  private Trainer trainer(TrainingHook hook, long steps, TrainingListener listener) {
    return new Trainer(
        new TrainingSetup(
            executor,
            new ClusterBatches(),
            new Sgd(0.9, true, WeightDecay.NONE),
            new LearningRate.Constant(0.1),
            hook,
            steps),
        listener);
  }

  private Evaluation evaluate() {
    var source = new ClusterBatches();
    source.seek(100_000);
    return Evaluation.of(executor, () -> Stream.generate(source::next).limit(20).iterator());
  }
}
