package org.espalier.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the figures published for ResNet-50 on ImageNet (Evci et al. 2020). */
class CostTest {
  private static final Network RESNET_50 = resnet50();

  /** The ImageNet network with the stride in the 3×3 convolution of each bottleneck. */
  private static Network resnet50() {
    var net = NetworkBuilder.of("resnet-50", new Shape(3, 224, 224));
    net.conv("conv1", 64, 7, 2).batchNorm("bn1").relu("relu1");
    net.node("pool1", new Layer.MaxPool2d(3, 2, 1));
    var blocks = new int[] {3, 4, 6, 3};
    for (var stage = 0; stage < blocks.length; stage++) {
      for (var block = 0; block < blocks[stage]; block++) {
        var name = "stage" + stage + ".block" + block + ".";
        bottleneck(net, name, 64 << stage, stage > 0 && block == 0 ? 2 : 1);
      }
    }
    return net.globalAvgPool("pool").linear("fc", 1000).build();
  }

  private static void bottleneck(NetworkBuilder net, String name, int channels, int stride) {
    var in = net.last();
    var projected = net.shape().channels() != 4 * channels;
    net.conv(name + "conv1", channels, 1, 1).batchNorm(name + "bn1").relu(name + "relu1");
    net.conv(name + "conv2", channels, 3, stride).batchNorm(name + "bn2").relu(name + "relu2");
    net.conv(name + "conv3", 4 * channels, 1, 1).batchNorm(name + "bn3");
    var shortcut = in;
    if (projected) {
      net.conv(name + "conv4", 4 * channels, 1, stride, in).batchNorm(name + "bn4");
      shortcut = net.last();
    }
    net.add(name + "add", name + "bn3", shortcut).relu(name + "relu3");
  }

  private static long uniform(ParameterSpec spec, double sparsity) {
    return spec.name().equals("conv1.weight")
        ? spec.size()
        : spec.size() - (long) Math.floor(sparsity * spec.size());
  }

  @Test
  void denseResnet50CostsWhatIsPublished() {
    var cost = Cost.of(RESNET_50, ParameterSpec::size);

    assertThat(RESNET_50.prunable().stream().mapToLong(ParameterSpec::size).sum())
        .isEqualTo(25_502_912);
    assertThat(cost.denseFlops() / 1e6).isCloseTo(8189.5, within(0.05));
    assertThat(cost.denseBytes() / 1e6).isCloseTo(102.122, within(0.0005));
    assertThat(cost.sparseFlops()).isEqualTo(cost.denseFlops());
    assertThat(cost.sparseBytes()).isEqualTo(cost.denseBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 1836, 0.224, 0.2267",
    "0.9, 1041, 0.127, 0.1300",
    "0.95, 644, 0.079, ",
    "0.965, 525, 0.064, "
  })
  void uniformResnet50CostsWhatIsPublished(
      double sparsity, double megaflops, double ratio, Double rigl) {
    var cost = Cost.of(RESNET_50, spec -> uniform(spec, sparsity));

    assertThat(cost.sparseFlops() / 1e6).isCloseTo(megaflops, within(0.5));
    assertThat(cost.inferenceRatio()).isCloseTo(ratio, within(0.0005));
    assertThat(cost.sparseTrainingRatio()).isEqualTo(cost.inferenceRatio());
    if (rigl != null) {
      assertThat(cost.trainingRatio(1 / 101.0)).isCloseTo(rigl, within(0.00005));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.8, 3395, 0.415, 23.684, 0.4165, 0.610",
    "0.9, 1989, 0.243, 13.499, 0.2454, 0.495",
    "0.95, 1006, 0.123, 8.399, , ",
    "0.965, 708, 0.086, 6.869, , "
  })
  void erkResnet50CostsWhatIsPublished(
      double sparsity, double megaflops, double ratio, double megabytes, Double rigl, Double snfs) {
    var cost = Cost.of(RESNET_50, erk(sparsity));

    assertThat(cost.sparseFlops() / 1e6).isCloseTo(megaflops, within(0.5));
    assertThat(cost.inferenceRatio()).isCloseTo(ratio, within(0.0005));
    assertThat(cost.sparseBytes() / 1e6).isCloseTo(megabytes, within(0.0005));
    if (rigl != null && snfs != null) {
      assertThat(cost.trainingRatio(1 / 101.0)).isCloseTo(rigl, within(0.00005));
      assertThat(cost.denseGradientTrainingRatio()).isCloseTo(snfs, within(0.0005));
    }
  }

  /**
   * Active weights under ERK: a layer whose share exceeds its size is dense, the rest share anew.
   */
  private static ToLongFunction<ParameterSpec> erk(double sparsity) {
    var dense = new HashSet<String>();
    while (true) {
      var budget = 0.0;
      var divisor = 0.0;
      for (var spec : RESNET_50.prunable()) {
        var zeros = Math.floor(sparsity * spec.size());
        var full = dense.contains(spec.name());
        budget += full ? -zeros : spec.size() - zeros;
        divisor += full ? 0 : raw(spec) * spec.size();
      }
      var epsilon = budget / divisor;
      var grew = false;
      for (var spec : RESNET_50.prunable()) {
        grew |= epsilon * raw(spec) > 1 && dense.add(spec.name());
      }
      if (!grew) {
        return spec ->
            dense.contains(spec.name())
                ? spec.size()
                : spec.size() - (long) Math.floor((1 - epsilon * raw(spec)) * spec.size());
      }
    }
  }

  private static double raw(ParameterSpec spec) {
    var kernel = spec.node().equals("fc") ? 0 : spec.kernelHeight() + spec.kernelWidth();
    return (spec.outputs() + spec.inputs() + kernel) / (double) spec.size();
  }

  @Test
  void aDenseGradientEveryTimeIsThePeriodicOneOfIntervalZero() {
    var cost = new Cost(7, 2, 1, 1);

    assertThat(cost.trainingRatio(1)).isEqualTo(cost.denseGradientTrainingRatio());
    assertThatThrownBy(() -> cost.trainingRatio(-1)).hasMessageContaining("-1");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "3, 1", "3, 2", "5, 2", "7, 2", "7, 3"})
  void samePaddingHasThePublishedExtents(int kernel, int stride) {
    for (var in = kernel; in < 40; in++) {
      var shape =
          NetworkBuilder.of("test", new Shape(1, in, in)).conv("c", 1, kernel, stride).shape();
      var published = Math.ceil((in - kernel + 1 + 2 * (kernel / 2)) / (double) stride);

      assertThat(shape.height()).as("input %d", in).isEqualTo((int) published);
    }
  }

  @Test
  void groupsDivideTheInputsOfAnOutput() {
    var network =
        NetworkBuilder.of("test", new Shape(4, 5, 5))
            .node("c", new Layer.Conv2d(8, 3, 1, 1, 2, false))
            .build();

    // 200 values, each 18 products, 17 sums, a bias and a ReLU
    assertThat(Cost.of(network, ParameterSpec::size).denseFlops()).isEqualTo(200 * (18 + 17 + 2));
  }

  @Test
  void aMaskTakesOneBitPerPosition() {
    var network = NetworkBuilder.of("test", Shape.features(16)).linear("fc", 10).build();
    var cost = Cost.of(network, spec -> 40);

    assertThat(cost.denseBytes()).isEqualTo(4 * (160 + 10));
    assertThat(cost.sparseBytes()).isEqualTo(4 * (40 + 10) + 160 / 8);
    assertThat(cost.sparseFlops()).isEqualTo(10 * (4 + 3 + 2));
  }
}
