package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.global.torch;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Engines;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class TorchEngineTest {
  private static final Network NETWORK =
      NetworkBuilder.of("small", new Shape(3, 8, 8))
          .conv("conv1", 8, 3, 1)
          .batchNorm("bn1")
          .relu("relu1")
          .conv("conv2", 16, 3, 2)
          .globalAvgPool("pool")
          .linear("fc", 4)
          .build();

  @Test
  void isFoundByItsName() {
    assertThat(Engines.named("torch", Device.CPU, Precision.FLOAT32)).isEqualTo(new TorchEngine());
  }

  @Test
  void halfPrecisionTrainsNearly() {
    var exact = finalLoss(Device.CPU, Precision.FLOAT32);
    var rough = finalLoss(Device.CPU, Precision.BFLOAT16);

    assertThat(rough).isNotEqualTo(exact).isCloseTo(exact, within(0.05));
  }

  @Test
  void aMissingDeviceIsOneClearLine() {
    new TorchEngine();
    if (torch.cuda_is_available()) {
      Assumptions.abort("libtorch sees a CUDA device here");
    }
    assertThatThrownBy(() -> Engines.named("torch", Device.CUDA, Precision.FLOAT32))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("device cuda: libtorch sees none")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theGpuTrainsLikeTheProcessor() {
    new TorchEngine();
    if (!torch.cuda_is_available()) {
      Assumptions.abort("libtorch sees no CUDA device here");
    }
    var processor = finalLoss(Device.CPU, Precision.FLOAT32);

    assertThat(finalLoss(Device.CUDA, Precision.FLOAT32)).isCloseTo(processor, within(1e-2));
    assertThat(finalLoss(Device.CUDA, Precision.BFLOAT16)).isCloseTo(processor, within(0.05));
  }

  @Test
  void footprintIsThatOfADenseNetwork() {
    var parameters = Parameters.dense(NETWORK);
    var options = new Engine.Options(16, 1, 1, true);
    try (var executor =
        new TorchEngine().compile(NETWORK, parameters, new Loss.CrossEntropy(0), options)) {
      step(executor, samples(), 0);
      var held = executor.footprint();
      assertThat(held).isEqualTo(Footprint.dense(NETWORK, 2, held.activations()));
    }
  }

  private static double finalLoss(Device device, Precision precision) {
    var parameters = Parameters.dense(NETWORK);
    Initialiser.STANDARD.initialise(parameters, new Randoms(2));
    var batch = samples();
    var engine = new TorchEngine(device, precision, TorchEngine.Layout.NHWC);
    var options = new Engine.Options(16, 1, 1, true);
    try (var executor = engine.compile(NETWORK, parameters, new Loss.CrossEntropy(0), options)) {
      for (var step = 0; step < 20; step++) {
        step(executor, batch, step);
      }
      executor.finish();
      return executor.loss();
    }
  }

  private static void step(Executor executor, Batch batch, long step) {
    executor.forward(batch, Mode.TRAINING, step);
    executor.backward();
    executor.update(Adam.decoupled(new WeightDecay(0.01)), 1e-3, step);
  }

  private static Batch samples() {
    var stream = new Randoms(3).stream(Purpose.DATA, 0, 0);
    var batch = new Batch(16, NETWORK.input().size());
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    for (var sample = 0; sample < 16; sample++) {
      batch.labels()[sample] = stream.nextInt(4);
    }
    return batch;
  }
}
