package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Stream;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One sample runs on plain numbers, several on vectors: nobody may see a difference. */
class SingleSampleTest {
  private static final int SAMPLES = 3;
  private static final int CLASSES = 3;
  private static final long SEED = 11;

  record Case(Network network, Storage storage, Kernels kernels) {
    @Override
    public String toString() {
      return network.name() + ", " + storage + ", " + kernels.name() + ", seed " + SEED;
    }
  }

  static Stream<Case> cases() {
    var networks = new ArrayList<>(TestNetworks.all());
    // Wide enough for sums over several panels of columns.
    networks.add(Models.named("resnet-20", new Shape(3, 16, 16), CLASSES));
    var cases = new ArrayList<Case>();
    for (var network : networks) {
      for (var storage : Storage.values()) {
        for (var kernels : KernelChoice.available()) {
          cases.add(new Case(network, storage, kernels));
        }
        cases.add(new Case(network, storage, KernelChoice.choose("scalar").kernels()));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSampleAloneHasTheBitsItHasAmongOthers(Case c) {
    var parameters = TestNetworks.parameters(c.network(), c.storage(), SEED);
    var batch = TestNetworks.batch(c.network(), SAMPLES, CLASSES, SEED);
    var expected = new float[SAMPLES * CLASSES];
    try (var together = compile(c, parameters, SAMPLES)) {
      together.forward(batch, Executor.Mode.INFERENCE, 0);
      together.logits(expected);
    }
    try (var alone = compile(c, parameters, 1)) {
      var logits = new float[CLASSES];
      for (var sample = 0; sample < SAMPLES; sample++) {
        alone.forward(only(batch, sample), Executor.Mode.INFERENCE, 0);
        alone.logits(logits);

        var first = sample * CLASSES;
        assertThat(logits)
            .as("sample " + sample)
            .isEqualTo(Arrays.copyOfRange(expected, first, first + CLASSES));
      }
    }
  }

  private static Executor compile(Case c, Parameters parameters, int samples) {
    var options = new Engine.Options(samples, 2, 1, false);
    return new CpuEngine(c.kernels())
        .compile(c.network(), parameters, new Loss.CrossEntropy(0), options);
  }

  private static Batch only(Batch batch, int sample) {
    var size = batch.sampleSize();
    var one = new Batch(1, size);
    one.size(1);
    System.arraycopy(batch.features(), sample * size, one.features(), 0, size);
    return one;
  }
}
