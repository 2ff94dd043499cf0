package org.espalier.formats.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.Normalisation;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.espalier.formats.ModelMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorTest {
  private static final int SEED = 5;
  private static final int SAMPLES = 53; // no multiple of any batch or vector

  private static final Network NETWORK =
      NetworkBuilder.of("small", new Shape(2, 5, 5))
          .conv("conv1", 6, 3, 1)
          .batchNorm("bn1")
          .relu("relu1")
          .flatten("flatten")
          .linear("fc", 4)
          .build();
  private static final Normalisation NORMALISATION =
      Normalisation.of(new float[] {0.5f, 0.25f}, new float[] {0.5f, 2});
  private static final List<String> CLASSES = List.of("ant", "bee", "cat", "dog");

  private final Model model = model(ModelMetadata.of(CLASSES, NORMALISATION));
  private final float[][] samples = samples();

  /** Half of the convolution absent; running variances positive. */
  private static Model model(Map<String, String> metadata) {
    var random = new Randoms(SEED).stream(Purpose.INITIALISATION, 0, 0);
    var parameters =
        new Parameters(
            NETWORK,
            spec ->
                spec.name().equals("conv1.weight")
                    ? Parameter.sparse(
                        spec,
                        Topology.of(
                            spec.rows(),
                            spec.columns(),
                            LongStream.range(0, spec.size()).filter(p -> p % 2 == 0).toArray()))
                    : Parameter.dense(spec));
    for (var parameter : parameters) {
      for (var i = 0; i < parameter.stored(); i++) {
        var value = (float) random.nextGaussian();
        parameter.values()[i] =
            parameter.name().endsWith("running_var") ? 0.5f + Math.abs(value) : value;
      }
    }
    return new Model(NETWORK, parameters, metadata);
  }

  private static float[][] samples() {
    var random = new Randoms(SEED).stream(Purpose.DATA, 0, 0);
    var samples = new float[SAMPLES][NETWORK.input().size()];
    for (var sample : samples) {
      for (var i = 0; i < sample.length; i++) {
        sample[i] = random.nextFloat();
      }
    }
    return samples;
  }

  private Predictor predictor(Predictor.Options options) {
    return Predictor.of(model, new CpuEngine(), options);
  }

  /** Logits of the network as it was trained, by the engine itself. */
  private float[] logits(float[] sample) {
    var batch = new Batch(1, sample.length);
    System.arraycopy(sample, 0, batch.features(), 0, sample.length);
    NORMALISATION.apply(batch.features(), 0, 25);
    try (var executor =
        new CpuEngine()
            .compile(
                NETWORK,
                model.parameters(),
                new Loss.CrossEntropy(0),
                new Engine.Options(1, 1, 0, false))) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      var logits = new float[4];
      executor.logits(logits);
      return logits;
    }
  }

  @Test
  void predictsWhatTheEngineComputesOfNormalisedSamples() {
    try (var predictor = predictor(Predictor.Options.DEFAULT)) {
      for (var sample : List.of(samples[0], samples[1])) {
        assertThat(predictor.predict(sample).logits())
            .containsExactly(logits(sample), within(1e-4f));
      }
    }
  }

  @Test
  void aPredictionDoesNotDependOnTheBatchOrTheThreads() {
    var alone = new ArrayList<float[]>();
    try (var predictor = predictor(Predictor.Options.DEFAULT)) {
      for (var sample : samples) {
        alone.add(predictor.predict(sample).logits());
      }
    }
    for (var options :
        List.of(
            new Predictor.Options(1, 1, 1),
            new Predictor.Options(1, 7, 1),
            new Predictor.Options(2, 64, 1))) {
      try (var predictor = predictor(options)) {
        var together = predictor.predict(samples).stream().map(Prediction::logits).toList();
        for (var i = 0; i < SAMPLES; i++) {
          assertThat(together.get(i)).as(options + ", sample " + i).isEqualTo(alone.get(i));
        }
      }
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    try (var predictor = predictor(Predictor.Options.DEFAULT.withCallers(3));
        var threads = Executors.newFixedThreadPool(8)) {
      var expected = predictor.predict(samples).stream().map(Prediction::logits).toList();
      var start = new CountDownLatch(1);
      var results = new ArrayList<Future<List<float[]>>>();
      for (var thread = 0; thread < 8; thread++) {
        var single = thread % 2 == 0;
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  return single
                      ? IntStream.range(0, SAMPLES)
                          .mapToObj(i -> predictor.predict(samples[i]).logits())
                          .toList()
                      : predictor.predict(samples).stream().map(Prediction::logits).toList();
                }));
      }
      start.countDown();
      for (var result : results) {
        for (var i = 0; i < SAMPLES; i++) {
          assertThat(result.get().get(i)).as("sample " + i).isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void theMostLikelyClassesComeFirstUnderTheirNames() {
    try (var predictor = predictor(Predictor.Options.DEFAULT)) {
      var prediction = predictor.predict(samples[0]);
      var top = prediction.top(9);

      assertThat(top)
          .hasSize(4)
          .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
      assertThat(top.stream().mapToDouble(Prediction.Guess::probability).sum())
          .isCloseTo(1, within(1e-12));
      assertThat(top.getFirst())
          .isEqualTo(prediction.best())
          .extracting(Prediction.Guess::name)
          .isEqualTo(CLASSES.get(prediction.label()));
      assertThat(prediction.top(2)).isEqualTo(top.subList(0, 2));
    }
  }

  @Test
  void aFileIsLoadedAndAModelThatNamesNoClassesNumbersThem(@TempDir Path folder) {
    var file = folder.resolve("model.bin");
    ModelFile.write(file, NETWORK, model.parameters(), Map.of());

    try (var predictor = Predictor.load(file)) {
      assertThat(predictor.classes()).containsExactly("0", "1", "2", "3");
      var sample = samples[0].clone();
      NORMALISATION.apply(sample, 0, 25); // the model says nothing about it
      assertThat(predictor.predict(sample).logits())
          .containsExactly(logits(samples[0]), within(1e-4f));
    }
  }

  @Test
  void samplesOfAFilePredictTheSameOneByOneAndTogether(@TempDir Path folder) {
    var file = folder.resolve("model");
    ModelFile.write(file, NETWORK, model.parameters(), model.metadata());

    try (var predictor = Predictor.load(file)) {
      for (var count : List.of(2, SAMPLES)) {
        var together = predictor.predict(Arrays.copyOf(samples, count));
        for (var i = 0; i < count; i++) {
          assertThat(predictor.predict(samples[i]).logits())
              .as("sample " + i + " of " + count)
              .isEqualTo(together.get(i).logits());
        }
      }
    }
  }

  @Test
  void aSampleOfAnotherSizeIsRefusedByItsNumber() {
    try (var predictor = predictor(Predictor.Options.DEFAULT)) {
      assertThatThrownBy(() -> predictor.predict(new float[][] {samples[0], new float[49]}))
          .isInstanceOf(EspalierException.class)
          .hasMessage("sample 1 has 49 values: network small expects 2×5×5, that is 50");
      assertThat(predictor.predict(new float[0][])).isEmpty();
    }
  }

  @Test
  void metadataThatDoNotFitTheNetworkAreRefusedWithTheFile(@TempDir Path folder) {
    var file = folder.resolve("model");
    ModelFile.write(file, NETWORK, model.parameters(), Map.of(ModelMetadata.CLASSES, "a\nb"));

    assertThatThrownBy(() -> Predictor.load(file))
        .isInstanceOf(EspalierException.class)
        .hasMessage(file + ": metadata classes: 2 class names for 4 logits");
  }

  @Test
  void afterClosingNothingIsPredicted() {
    var predictor = predictor(Predictor.Options.DEFAULT);
    predictor.predict(samples[0]);
    predictor.close();
    predictor.close();

    assertThatThrownBy(() -> predictor.predict(samples[0]))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A network needs no weights to promise any number of logits. */
  @Test
  void aNetworkOfManyLogitsAndNoWeightsIsReadyInLittleMemory() {
    var network =
        NetworkBuilder.of("wide", new Shape(Integer.MAX_VALUE, 1, 1)).flatten("flatten").build();
    var model = new Model(network, Parameters.dense(network), Map.of());
    var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var before = memory.getCurrentThreadAllocatedBytes();

    try (var predictor = Predictor.of(model, new CpuEngine(), Predictor.Options.DEFAULT)) {
      assertThat(predictor.classes().get(Integer.MAX_VALUE - 1)).isEqualTo("2147483646");
      assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 24);
    }
  }
}
