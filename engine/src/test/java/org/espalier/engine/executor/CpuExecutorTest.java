package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What only this engine promises, beside {@link CpuContractTest}. */
class CpuExecutorTest {
  private static final int CLASSES = 3;
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);

  /** A network in one storage on kernels of one width, with a batch that fills no group. */
  record Case(Network network, Storage storage, Kernels kernels, int batch) {
    @Override
    public String toString() {
      return network.name() + ", " + storage + ", " + kernels.name() + ", batch " + batch;
    }

    Parameters parameters() {
      return TestNetworks.parameters(network, storage, seed());
    }

    Batch samples() {
      return TestNetworks.batch(network, batch, CLASSES, seed());
    }

    /** Of a sparse parameter some of its absent weights. */
    Map<String, AbsentGradients.Wanted> wanted() {
      return storage == Storage.SPARSE
          ? Map.of(network.prunable().getLast().name(), new AbsentGradients.Wanted(9, Block.SINGLE))
          : Map.of();
    }

    long seed() {
      return 17L * network.name().hashCode() + batch;
    }

    Executor compile(Parameters parameters, int threads) {
      var options = new Engine.Options(batch, threads, 1, true);
      return new CpuEngine(kernels).compile(network, parameters, LOSS, options);
    }
  }

  /** Two batch sizes on the widest vectors, whose groups they fill least; one on the others. */
  static Stream<Case> cases() {
    var widest = KernelChoice.available().getFirst();
    var cases = new ArrayList<Case>();
    for (var network : TestNetworks.all()) {
      for (var storage : Storage.values()) {
        cases.add(new Case(network, storage, widest, 5));
        KernelChoice.available().forEach(k -> cases.add(new Case(network, storage, k, 37)));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threadsDoNotChangeABit(Case c) {
    var one = c.parameters();
    var three = c.parameters();
    var batch = c.samples();
    try (var single = c.compile(one, 1);
        var several = c.compile(three, 3)) {
      for (var executor : List.of(single, several)) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
      }
      assertThat(several.loss()).isEqualTo(single.loss());
      var expected = single.backward(c.wanted());
      assertThat(several.backward(c.wanted())).usingRecursiveComparison().isEqualTo(expected);
    }
    for (var parameter : one) {
      assertThat(three.of(parameter.name()).gradients())
          .as(parameter.name())
          .isEqualTo(parameter.gradients());
    }
  }

  @Test
  void aSmallerBatchIsNotDisturbedByTheOneBefore() {
    var network = TestNetworks.all().get(1);
    var fresh = TestNetworks.parameters(network, Storage.SPARSE, 5);
    var used = TestNetworks.parameters(network, Storage.SPARSE, 5);
    var small = TestNetworks.batch(network, 3, CLASSES, 6);
    var options = new Engine.Options(40, 2, 1, true);
    try (var first = new CpuEngine().compile(network, fresh, LOSS, options);
        var second = new CpuEngine().compile(network, used, LOSS, options)) {
      second.forward(TestNetworks.batch(network, 40, CLASSES, 7), Executor.Mode.TRAINING, 0);
      second.backward();
      for (var executor : List.of(first, second)) {
        executor.forward(small, Executor.Mode.TRAINING, 1);
        executor.backward();
      }
    }
    for (var parameter : fresh) {
      assertThat(used.of(parameter.name()).gradients())
          .as(parameter.name())
          .isEqualTo(parameter.gradients());
    }
  }
}
