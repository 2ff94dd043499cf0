package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Initialiser.Biases;
import org.espalier.engine.parameter.Initialiser.FanIn;
import org.espalier.engine.parameter.Initialiser.Weights;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InitialiserTest {
  private static final long SEED = 11;
  private static final Randoms RANDOMS = new Randoms(SEED);
  private static final Network NETWORK =
      NetworkBuilder.of("test", new Shape(32, 9, 9))
          .node("conv", new Layer.Conv2d(64, 3, 1, 1, 2, true))
          .batchNorm("bn")
          .globalAvgPool("pool")
          .linear("fc", 400)
          .build();

  private static Initialiser weights(Weights weights) {
    return new Initialiser(weights, Biases.ZEROS, FanIn.DENSE);
  }

  private static Parameters dense(Initialiser initialiser, Randoms randoms) {
    var parameters = Parameters.dense(NETWORK);
    initialiser.initialise(parameters, randoms);
    return parameters;
  }

  /** Prunable tensors at a random tenth of their positions, by {@code storage}. */
  private static Parameters tenth(Initialiser initialiser, Storage storage) {
    var parameters =
        new Parameters(
            NETWORK,
            spec -> {
              if (!spec.prunable()) {
                return Parameter.dense(spec);
              }
              var mask = Topology.of(spec.rows(), spec.columns(), positions(spec));
              return storage == Storage.SPARSE
                  ? Parameter.sparse(spec, mask)
                  : Parameter.masked(spec, mask);
            });
    initialiser.initialise(parameters, RANDOMS);
    return parameters;
  }

  private static long[] positions(ParameterSpec spec) {
    var stream = RANDOMS.stream(Purpose.TOPOLOGY, spec.name(), 0);
    return stream.sample(spec.size(), (int) (spec.size() / 10));
  }

  private static double meanSquare(float[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> values[i] * values[i])
        .average()
        .orElseThrow();
  }

  private static double largest(float[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i]))
        .max()
        .orElseThrow();
  }

  /** Of 64·16·9 weights: fan-in 144; fan-out 576 as PyTorch counts it. */
  @ParameterizedTest
  @CsvSource({
    "KAIMING_NORMAL, 0.0138889", // 2/144
    "KAIMING_UNIFORM, 0.0023148", // 1/(3·144)
    "XAVIER_NORMAL, 0.0027778", // 2/720
    "XAVIER_UNIFORM, 0.0027778"
  })
  void weightsHaveTheVarianceOfTheirRule(Weights rule, double variance) {
    var values = dense(weights(rule), RANDOMS).of("conv.weight").values();
    var mean =
        IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();

    assertThat(meanSquare(values)).as("seed %d", SEED).isCloseTo(variance, within(0.06 * variance));
    assertThat(mean).as("seed %d", SEED).isCloseTo(0, within(4 * Math.sqrt(variance / 9216)));
  }

  @Test
  void uniformWeightsStayWithinTheirBound() {
    var pytorch = dense(Initialiser.PYTORCH, RANDOMS);
    var bound = 1 / Math.sqrt(144);

    assertThat(largest(pytorch.of("conv.weight").values())).isBetween(0.99 * bound, bound);
    assertThat(largest(pytorch.of("conv.bias").values())).isBetween(0.8 * bound, bound);
    assertThat(largest(dense(weights(Weights.XAVIER_UNIFORM), RANDOMS).of("conv.weight").values()))
        .isBetween(0.99 * Math.sqrt(6 / 720.0), Math.sqrt(6 / 720.0));
  }

  @Test
  void normalWeightsAreNormal() {
    var values = dense(Initialiser.STANDARD, RANDOMS).of("fc.weight").values();
    var deviation = Math.sqrt(2.0 / 64);
    var within =
        IntStream.range(0, values.length).filter(i -> Math.abs(values[i]) < deviation).count();

    // 25,600 draws: one deviation either side holds 68.27 ± 0.29 %
    assertThat(within / 25_600.0).as("seed %d", SEED).isCloseTo(0.6827, within(0.012));
    assertThat(largest(values)).isGreaterThan(3.5 * deviation);
  }

  @ParameterizedTest
  @EnumSource(Weights.class)
  void sparseWeightsAreTheBitsOfTheDenseTensor(Weights rule) {
    var dense = dense(weights(rule), RANDOMS);
    var sparse = tenth(weights(rule), Storage.SPARSE);
    for (var spec : NETWORK.prunable()) {
      var all = dense.of(spec.name()).values();
      var expected = new float[(int) spec.size() / 10];
      var positions = positions(spec);
      for (var i = 0; i < expected.length; i++) {
        expected[i] = all[(int) positions[i]];
      }
      assertThat(sparse.of(spec.name()).values()).as(spec.name()).isEqualTo(expected);
    }
  }

  @Test
  void maskedTensorsHoldTheDenseValues() {
    assertThat(tenth(Initialiser.STANDARD, Storage.MASKED).of("fc.weight").values())
        .isEqualTo(dense(Initialiser.STANDARD, RANDOMS).of("fc.weight").values());
  }

  @Test
  void layerFanInDividesByTheRootOfDensity() {
    var plain = tenth(Initialiser.STANDARD, Storage.SPARSE).of("fc.weight");
    var scaled =
        tenth(new Initialiser(Weights.KAIMING_NORMAL, Biases.ZEROS, FanIn.LAYER), Storage.SPARSE)
            .of("fc.weight");

    for (var i = 0; i < plain.stored(); i++) {
      assertThat(scaled.values()[i] / plain.values()[i])
          .isCloseTo((float) Math.sqrt(10), within(1e-5f));
    }
  }

  @Test
  void neuronFanInCountsActiveInputsOfEachRow() {
    var plain = tenth(Initialiser.STANDARD, Storage.SPARSE).of("fc.weight");
    var scaled =
        tenth(new Initialiser(Weights.KAIMING_NORMAL, Biases.ZEROS, FanIn.NEURON), Storage.SPARSE)
            .of("fc.weight");
    var rowStart = plain.topology().rowStart();

    for (var row = 0; row < 400; row++) {
      var active = rowStart[row + 1] - rowStart[row];
      for (var i = rowStart[row]; i < rowStart[row + 1]; i++) {
        assertThat(scaled.values()[i] / plain.values()[i])
            .as("row %d with %d active", row, active)
            .isCloseTo((float) Math.sqrt(64.0 / active), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FanIn.class)
  void rowsWithoutActiveWeightsAreFinite(FanIn fanIn) {
    var parameters =
        new Parameters(
            NETWORK,
            spec ->
                spec.prunable()
                    ? Parameter.masked(spec, Topology.of(spec.rows(), spec.columns(), new long[0]))
                    : Parameter.dense(spec));
    new Initialiser(Weights.KAIMING_NORMAL, Biases.ZEROS, fanIn).initialise(parameters, RANDOMS);

    assertThat(largest(parameters.of("fc.weight").values())).isFinite();
  }

  @Test
  void normalisationStartsAsIdentity() {
    var parameters = dense(Initialiser.STANDARD, RANDOMS);

    assertThat(parameters.of("bn.weight").values()).containsOnly(1);
    assertThat(parameters.of("bn.bias").values()).containsOnly(0);
    assertThat(parameters.of("bn.running_mean").values()).containsOnly(0);
    assertThat(parameters.of("bn.running_var").values()).containsOnly(1);
    assertThat(parameters.of("conv.bias").values()).containsOnly(0);
  }

  @Test
  void zerosReplaceWhatWasThere() {
    var parameters = dense(Initialiser.STANDARD, RANDOMS);
    weights(Weights.ZEROS).initialise(parameters, RANDOMS);

    assertThat(parameters.of("fc.weight").values()).containsOnly(0);
  }

  @Test
  void tensorsRowsAndSeedsDiffer() {
    var first = dense(Initialiser.STANDARD, RANDOMS);
    var fc = first.of("fc.weight").values();

    assertThat(dense(Initialiser.STANDARD, RANDOMS).of("fc.weight").values()).isEqualTo(fc);
    assertThat(dense(Initialiser.STANDARD, new Randoms(SEED + 1)).of("fc.weight").values())
        .isNotEqualTo(fc);
    assertThat(
            LongStream.range(0, fc.length).map(i -> Float.floatToIntBits(fc[(int) i])).distinct())
        .as("distinct values")
        .hasSizeGreaterThan(25_500);
  }

  @Test
  void hugeSparseLayersNeedNoDenseOnes() {
    var spec = new ParameterSpec("w.weight", ParameterSpec.Role.WEIGHT, 1000, 1 << 30, 1, 1, 1);
    var network =
        NetworkBuilder.of("test", Shape.features(1 << 30))
            .node("w", new Layer.Linear(1000, false))
            .build();
    var last = spec.size() - 1;
    var parameters =
        new Parameters(
            network, s -> Parameter.sparse(s, Topology.of(1000, 1 << 30, new long[] {0, last})));

    weights(Weights.XAVIER_UNIFORM).initialise(parameters, RANDOMS);

    assertThat(parameters.of("w.weight").values()).hasSize(2).doesNotContain(0);
  }
}
