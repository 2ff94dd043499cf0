package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.espalier.torch.ExactDerivatives.Arithmetic;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives in double precision against differences, over every layer, storage and mode. */
class ExactDerivativesTest {
  private static final long SEED = 7;
  private static final double STEP = 1e-5;
  private static final Loss CROSS_ENTROPY = new Loss.CrossEntropy(0.1);
  private static final Arithmetic DOUBLES = Arithmetic.doubles(1);

  static List<DerivativeCase> cases() {
    return DerivativeCase.all();
  }

  private static ExactDerivatives of(DerivativeCase it, Parameters parameters, Loss loss) {
    return new ExactDerivatives(it.network(), parameters, loss, DOUBLES);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAgreeWithDifferencesOfTheLossParameterByParameter(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    for (var loss : List.of(CROSS_ENTROPY, new Loss.MeanSquaredError())) {
      for (var mode : Mode.values()) {
        var exact = of(it, parameters, loss);
        for (var parameter : parameters.trained()) {
          var at = ParameterVector.values(parameters, List.of(parameter.name()));
          var direction = DerivativeCase.random(at, SEED);

          var gradient = exact.gradient(at, batch, mode).gradient();

          var ahead = exact.gradient(at.plus(STEP, direction), batch, mode).loss();
          var behind = exact.gradient(at.plus(-STEP, direction), batch, mode).loss();
          var difference = (ahead - behind) / (2 * STEP);
          assertThat(gradient.dot(direction))
              .as("%s, %s, %s, seed %d", parameter.name(), loss, mode, SEED)
              .isCloseTo(difference, within(1e-9 + 1e-7 * Math.abs(difference)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hessianProductsAgreeWithDifferencesOfTheGradient(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    for (var loss : List.of(CROSS_ENTROPY, new Loss.MeanSquaredError())) {
      for (var mode : Mode.values()) {
        var exact = of(it, parameters, loss);
        var at = ParameterVector.trained(parameters);
        var direction = DerivativeCase.random(at, SEED);

        var product = exact.hessianTimes(direction, at, batch, mode);

        var ahead = exact.gradient(at.plus(STEP, direction), batch, mode).gradient();
        var behind = exact.gradient(at.plus(-STEP, direction), batch, mode).gradient();
        var difference = scaled(1 / (2 * STEP), ahead.plus(-1, behind));
        assertThat(product.plus(-1, difference).norm())
            .as("%s, %s, seed %d", loss, mode, SEED)
            .isLessThan(1e-6 * difference.norm());
      }
    }
  }

  private static ParameterVector scaled(double factor, ParameterVector vector) {
    return vector.plus(factor - 1, vector);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHessianIsSymmetricAndLinear(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    var exact = of(it, parameters, CROSS_ENTROPY);
    var at = ParameterVector.prunable(parameters);
    var u = DerivativeCase.random(at, SEED + 1);
    var v = DerivativeCase.random(at, SEED + 2);

    var hu = exact.hessianTimes(u, at, batch, Mode.TRAINING);
    var hv = exact.hessianTimes(v, at, batch, Mode.TRAINING);
    var both = exact.hessianTimes(u.plus(-2.5, v), at, batch, Mode.TRAINING);

    assertThat(u.dot(hv)).as("uᵀHv, seed %d", SEED).isCloseTo(v.dot(hu), within(1e-12 * scale(hu)));
    assertThat(both.plus(-1, hu.plus(-2.5, hv)).norm())
        .as("H(u − 2.5v), seed %d", SEED)
        .isLessThan(1e-12 * scale(hu));
  }

  private static double scale(ParameterVector vector) {
    return 1 + 10 * vector.norm();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theGradientsOfTheSamplesHaveThatOfTheBatchAsTheirMean(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    var exact = of(it, parameters, CROSS_ENTROPY);
    var at = ParameterVector.trained(parameters);
    var samples = new ArrayList<ExactDerivatives.LossGradient>();

    exact.sampleGradients(
        at,
        batch,
        (index, sample) -> {
          assertThat(index).isEqualTo(samples.size());
          samples.add(sample);
        });

    assertThat(samples).hasSize(batch.size());
    var mean = at.plus(-1, at);
    var loss = 0.0;
    for (var sample : samples) {
      mean = mean.plus(1.0 / batch.size(), sample.gradient());
      loss += sample.loss() / batch.size();
    }
    var whole = exact.gradient(at, batch, Mode.INFERENCE);
    assertThat(mean.plus(-1, whole.gradient()).norm())
        .as("seed %d", SEED)
        .isLessThan(1e-13 * scale(whole.gradient()));
    assertThat(loss).isCloseTo(whole.loss(), within(1e-13));
    assertThat(samples.getFirst().gradient().plus(-1, samples.getLast().gradient()).norm())
        .as("samples differ")
        .isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void floatsAgreeWithDoubles(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    var floats = new Arithmetic(Device.CPU, ExactDerivatives.Type.FLOAT32, 1);
    requireAgreement(it, parameters, batch, floats, 1e-4);
  }

  @ParameterizedTest
  @EnumSource(ExactDerivatives.Type.class)
  void aGpuAgreesWithTheCpu(ExactDerivatives.Type type) {
    try {
      LibTorch.require(Device.CUDA);
    } catch (EspalierException none) {
      Assumptions.abort("skipped: " + none.getMessage());
    }
    for (var it : DerivativeCase.all()) {
      if (it.network().nodes().stream().noneMatch(node -> node.name().equals("dropout"))) {
        var gpu = new Arithmetic(Device.CUDA, type, 1);
        var tolerance = type == ExactDerivatives.Type.FLOAT64 ? 1e-10 : 1e-4;
        requireAgreement(it, it.parameters(SEED), it.batch(SEED), gpu, tolerance);
      }
    }
  }

  private static void requireAgreement(
      DerivativeCase it, Parameters parameters, Batch batch, Arithmetic other, double tolerance) {
    var exact = of(it, parameters, CROSS_ENTROPY);
    var rough = new ExactDerivatives(it.network(), parameters, CROSS_ENTROPY, other);
    var at = ParameterVector.trained(parameters);
    var direction = DerivativeCase.random(at, SEED);
    for (var mode : Mode.values()) {
      var gradient = exact.gradient(at, batch, mode).gradient();
      var product = exact.hessianTimes(direction, at, batch, mode);
      assertThat(rough.gradient(at, batch, mode).gradient().plus(-1, gradient).norm())
          .as("gradient of %s, %s, seed %d", it, mode, SEED)
          .isLessThan(tolerance * scale(gradient));
      assertThat(rough.hessianTimes(direction, at, batch, mode).plus(-1, product).norm())
          .as("product of %s, %s, seed %d", it, mode, SEED)
          .isLessThan(tolerance * scale(product));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingIsChangedByACall(DerivativeCase it) {
    var parameters = it.parameters(SEED);
    var untouched = it.parameters(SEED);
    var batch = it.batch(SEED);
    var exact = of(it, parameters, CROSS_ENTROPY);
    var at = ParameterVector.trained(parameters);

    var first = exact.gradient(at, batch, Mode.TRAINING);
    exact.hessianTimes(at, at, batch, Mode.TRAINING);
    exact.sampleGradients(at, batch, (_, _) -> {});
    var again = exact.gradient(at, batch, Mode.TRAINING);

    assertThat(again.loss()).isEqualTo(first.loss());
    assertThat(again.gradient().plus(-1, first.gradient()).norm()).isZero();
    for (var parameter : parameters) {
      assertThat(parameter.values())
          .as(parameter.name())
          .isEqualTo(untouched.of(parameter.name()).values());
    }
  }

  @Test
  void aTemperatureDividesTheLogits() {
    var it = DerivativeCase.all().getFirst();
    var parameters = it.parameters(SEED);
    var batch = it.batch(SEED);
    var at = ParameterVector.prunable(parameters);
    var hot = new ExactDerivatives(it.network(), parameters, CROSS_ENTROPY, 200, DOUBLES);
    var loss = hot.gradient(at, batch, Mode.INFERENCE).loss();

    for (var name : List.of("fc2.weight", "fc2.bias")) {
      var values = parameters.of(name).values();
      for (var i = 0; i < values.length; i++) {
        values[i] /= 200;
      }
    }
    var cooled = ParameterVector.prunable(parameters);

    assertThat(of(it, parameters, CROSS_ENTROPY).gradient(cooled, batch, Mode.INFERENCE).loss())
        .isCloseTo(loss, within(1e-8)); // divided weights are rounded to float
    assertThat(loss).isCloseTo(Math.log(4), within(0.02)); // nearly uniform over four classes
  }

  @Test
  void whatDoesNotFitIsNamed() {
    var it = DerivativeCase.all().getFirst();
    var parameters = it.parameters(SEED);
    var exact = of(it, parameters, CROSS_ENTROPY);
    var batch = it.batch(SEED);

    var statistics = ParameterVector.values(parameters, List.of("bn1.running_mean"));
    assertThatThrownBy(() -> exact.gradient(statistics, batch, Mode.TRAINING))
        .hasMessage("bn1.running_mean is not trained: expected a weight or a bias");
    var small = new ParameterVector(Map.of("fc2.bias", new double[3]));
    assertThatThrownBy(() -> exact.gradient(small, batch, Mode.TRAINING))
        .hasMessage("3 values of fc2.bias: expected 4");
    var other = new Batch(2, 7);
    assertThatThrownBy(() -> exact.gradient(statistics, other, Mode.TRAINING))
        .hasMessageContaining("samples of 7 values");
  }

  @Test
  void nothingStaysInNativeMemory() {
    var network =
        NetworkBuilder.of("large images", new Shape(1, 128, 128))
            .conv("conv", 8, 3, 1)
            .relu("relu")
            .globalAvgPool("pool")
            .linear("fc", 4)
            .build();
    var parameters = new DerivativeCase(network, Storage.DENSE).parameters(SEED);
    var exact = new ExactDerivatives(network, parameters, CROSS_ENTROPY, DOUBLES);
    var at = ParameterVector.trained(parameters);
    var batch = new Batch(16, network.input().size());
    Runnable calls =
        () -> {
          exact.gradient(at, batch, Mode.TRAINING);
          exact.hessianTimes(at, at, batch, Mode.TRAINING);
          exact.sampleGradients(at, batch, (_, _) -> {});
        };
    for (var i = 0; i < 5; i++) {
      calls.run();
    }
    var before = Pointer.physicalBytes();

    for (var i = 0; i < 12; i++) {
      calls.run();
    }

    // Each of the three keeps 32 MiB of activations while it computes: leaked, over 1 GiB.
    assertThat(Pointer.physicalBytes() - before).isLessThan(300L << 20);
  }
}
