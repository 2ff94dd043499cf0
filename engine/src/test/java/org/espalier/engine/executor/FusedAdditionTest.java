package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An addition fused into a normalisation gives the bits of the two by themselves. */
class FusedAdditionTest {
  private static final int BATCH = 21; // fills no whole number of vectors
  private static final int CLASSES = 3;
  private static final long SEED = 7;

  static Stream<Kernels> kernels() {
    return KernelChoice.available().stream();
  }

  /** Three residual blocks; a dropout of rate 0, if any, comes between normalisation and sum. */
  private static Network network(boolean fused) {
    var net = NetworkBuilder.of("blocks", new Shape(2, 8, 6)).conv("conv1", 4, 3, 1);
    end(net.conv("conv2", 4, 3, 1).batchNorm("bn2"), "add2", "conv1", fused).relu("relu2");
    end(net.conv("conv3", 4, 3, 1).batchNorm("bn3"), "add3", "relu2", fused);
    net.conv("conv4", 5, 3, 2).batchNorm("bn4").conv("conv5", 5, 1, 2, "add3").batchNorm("bn5");
    end(net, "add4", "bn4", fused).relu("relu4");
    return net.globalAvgPool("pool").linear("fc", CLASSES).build();
  }

  private static NetworkBuilder end(
      NetworkBuilder net, String sum, String shortcut, boolean fused) {
    if (!fused) {
      net.dropout(sum + ".between", 0);
      if (shortcut.startsWith("bn")) {
        net.dropout(sum + ".shortcut", 0, shortcut);
        return net.add(sum, sum + ".between", sum + ".shortcut");
      }
    }
    return net.add(sum, net.last(), shortcut);
  }

  private static Executor compile(Network network, Kernels kernels, Parameters parameters) {
    var options = new Engine.Options(BATCH, 2, 1, true);
    return new CpuEngine(kernels).compile(network, parameters, new Loss.CrossEntropy(0), options);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void fusionChangesNoBit(Kernels kernels) {
    var together = network(true);
    var apart = network(false);
    assertThat(operations(together)).doesNotContain("add2", "add3", "add4");
    assertThat(operations(apart)).contains("add2", "add3", "add4");
    var expected = TestNetworks.parameters(apart, Storage.SPARSE, SEED);
    var actual = TestNetworks.parameters(together, Storage.SPARSE, SEED);
    var batch = TestNetworks.batch(apart, BATCH, CLASSES, SEED);
    try (var unfused = compile(apart, kernels, expected);
        var fused = compile(together, kernels, actual)) {
      for (var executor : List.of(unfused, fused)) {
        executor.forward(batch, Executor.Mode.TRAINING, 0);
        executor.backward();
      }
      assertThat(logits(fused)).isEqualTo(logits(unfused));
      assertThat(fused.footprint().activations()).isLessThan(unfused.footprint().activations());
    }
    for (var parameter : expected) {
      var same = actual.of(parameter.name());
      assertThat(same.values()).as(parameter.name()).isEqualTo(parameter.values());
      assertThat(same.gradients())
          .as("gradient of %s, seed %d", parameter.name(), SEED)
          .isEqualTo(parameter.gradients());
    }
  }

  private static List<String> operations(Network network) {
    return new GraphPlan(network, 16, BATCH).operations().stream().map(Node::name).toList();
  }

  private static float[] logits(Executor executor) {
    var logits = new float[BATCH * CLASSES];
    executor.logits(logits);
    return logits;
  }
}
