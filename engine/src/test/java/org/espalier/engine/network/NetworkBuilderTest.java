package org.espalier.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkBuilderTest {
  private static final Shape IMAGE = new Shape(3, 32, 32);

  private static NetworkBuilder images() {
    return NetworkBuilder.of("test", IMAGE);
  }

  @Test
  void aChainNeedsNoInputNames() {
    var network = images().conv("a", 8, 3, 1).relu("b").globalAvgPool("c").linear("d", 5).build();

    assertThat(network.nodes())
        .extracting(node -> node.inputs().getFirst())
        .containsExactly("input", "a", "b", "c");
    assertThat(network.output()).isEqualTo(Shape.features(5));
  }

  @ParameterizedTest
  @CsvSource({
    "32, 3, 1, 1, 32",
    "32, 3, 2, 1, 16",
    "7, 3, 2, 1, 4",
    "28, 5, 1, 0, 24",
    "5, 5, 1, 0, 1",
    "11, 2, 3, 0, 4",
    "1, 3, 1, 1, 1"
  })
  void convolutionsFloorTheirExtent(int extent, int kernel, int stride, int padding, int expected) {
    var network =
        NetworkBuilder.of("test", new Shape(2, extent, extent))
            .node("c", new Layer.Conv2d(4, kernel, stride, padding, 2, true))
            .build();

    assertThat(network.output()).isEqualTo(new Shape(4, expected, expected));
  }

  @ParameterizedTest
  @CsvSource({"28, 2, 2, 0, 14", "7, 2, 2, 0, 3", "7, 3, 2, 1, 4", "1, 3, 2, 1, 1"})
  void poolsFloorTheirExtent(int extent, int kernel, int stride, int padding, int expected) {
    var input = new Shape(2, extent, extent);
    var expectedShape = new Shape(2, expected, expected);

    assertThat(
            NetworkBuilder.of("test", input)
                .node("max", new Layer.MaxPool2d(kernel, stride, padding))
                .shape())
        .isEqualTo(expectedShape);
    assertThat(
            NetworkBuilder.of("test", input)
                .node("mean", new Layer.AvgPool2d(kernel, stride, padding))
                .shape())
        .isEqualTo(expectedShape);
  }

  @Test
  void convolutionsOfOblongImagesKeepBothExtents() {
    var shape = NetworkBuilder.of("test", new Shape(1, 9, 20)).conv("c", 3, 3, 2).shape();

    assertThat(shape).isEqualTo(new Shape(3, 5, 10));
  }

  @Test
  void flattenMultipliesExtents() {
    assertThat(images().flatten("f").shape()).isEqualTo(Shape.features(3072));
  }

  @Test
  void depthwiseConvolutionsHaveOneInputPerOutput() {
    var network = images().node("d", new Layer.Conv2d(6, 3, 1, 1, 3, false)).build();

    var weight = network.parameters().getFirst();
    assertThat(weight.inputs()).isEqualTo(1);
    assertThat(weight.depthwise()).isTrue();
    assertThat(weight.size()).isEqualTo(54);
  }

  @Test
  void linearRefusesImages() {
    assertThatThrownBy(() -> images().linear("fc", 10))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("node fc (linear): input 3×32×32, expected plain features");
  }

  @Test
  void groupsMustDivideBothChannelCounts() {
    assertThatThrownBy(() -> images().node("c", new Layer.Conv2d(4, 3, 1, 1, 2, false)))
        .hasMessageContaining("node c (conv2d): 2 groups from 3×32×32 to 4 channels");
    assertThatThrownBy(() -> images().node("c", new Layer.Conv2d(4, 3, 1, 1, 3, false)))
        .hasMessageContaining("3 groups");
  }

  @Test
  void windowsMustFitTheInput() {
    assertThatThrownBy(() -> images().maxPool("p", 33))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(
            "node p (maxpool2d): input 3×32×32, expected at least the 33×33 window");
    assertThatThrownBy(() -> images().node("c", new Layer.Conv2d(1, 35, 1, 1, 1, false)))
        .hasMessageContaining("with padding 1");
  }

  @Test
  void poolsRefuseWindowsThatAreAllPadding() {
    assertThatThrownBy(() -> images().node("p", new Layer.MaxPool2d(3, 2, 2)))
        .hasMessageContaining("node p (maxpool2d): padding 2, expected 0 to half the window");
  }

  @Test
  void sumsNeedInputsOfOneShape() {
    var net = images().conv("a", 8, 3, 1).conv("b", 8, 3, 2);

    assertThatThrownBy(() -> net.add("sum", "a", "b"))
        .hasMessageContaining("node sum (add): inputs [8×32×32, 8×16×16], expected inputs of one");
    assertThatThrownBy(() -> net.add("sum", "a")).hasMessageContaining("1 inputs");
    assertThatThrownBy(() -> net.add("sum", "a", "a")).hasMessageContaining("expected each once");
  }

  @Test
  void layersButSumsTakeOneInput() {
    var net = images().conv("a", 3, 3, 1);

    assertThatThrownBy(() -> net.relu("r", "a", "input"))
        .hasMessageContaining("node r (relu): 2 inputs, expected exactly one");
  }

  @Test
  void namesAreTakenOnce() {
    assertThatThrownBy(() -> images().relu("a").relu("a")).hasMessageContaining("node a");
    assertThatThrownBy(() -> images().relu("input")).hasMessageContaining("not taken");
  }

  @Test
  void namesHoldNoBlanksOrControls() {
    for (var name : new String[] {"", "a b", "a\n", ".a", "a:b", "é", "x".repeat(129)}) {
      assertThatThrownBy(() -> images().relu(name))
          .as("name '%s'", name)
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("node name");
    }
  }

  @Test
  void unknownInputsNameTheNearest() {
    assertThatThrownBy(() -> images().relu("stem").relu("b", "stm"))
        .hasMessageContaining("node b: input stm is no earlier node; did you mean stem?");
  }

  @Test
  void everyOutputButTheLastIsUsed() {
    var net = images().conv("a", 8, 3, 1).relu("b", "input");

    assertThatThrownBy(net::build).hasMessageContaining("node a: its output is not used");
  }

  @Test
  void aNetworkHasNodes() {
    assertThatThrownBy(() -> images().build()).hasMessageContaining("no nodes");
  }

  @Test
  void attributesHaveRanges() {
    for (var layer :
        new Layer[] {
          new Layer.Conv2d(0, 3, 1, 1, 1, true),
          new Layer.Conv2d(4, 0, 1, 1, 1, true),
          new Layer.Conv2d(4, 3, 0, 1, 1, true),
          new Layer.Conv2d(4, 3, 1, -1, 1, true),
          new Layer.Conv2d(4, 3, 1, 1, 0, true),
          new Layer.MaxPool2d(2, 0, 0),
          new Layer.AvgPool2d(0, 1, 0),
          new Layer.AvgPool2d(2, 1, -1),
          new Layer.Dropout(1),
          new Layer.Dropout(Double.NaN),
          new Layer.BatchNorm(0, 1e-5),
          new Layer.BatchNorm(0.1, Double.NaN),
          new Layer.BatchNorm(0.1, Double.POSITIVE_INFINITY)
        }) {
      assertThatThrownBy(() -> images().node("n", layer))
          .as("%s", layer)
          .isInstanceOf(EspalierException.class)
          .hasMessageStartingWith("node n (" + LayerText.kind(layer) + "): ");
    }
    assertThatThrownBy(() -> images().flatten("f").linear("n", 0))
        .hasMessageContaining("outputs 0");
  }

  @Test
  void sizesBeyondIntAreRefusedNotWrapped() {
    assertThatThrownBy(() -> images().conv("huge", 1 << 30, 3, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("node huge (conv2d): output");
    assertThatThrownBy(() -> NetworkBuilder.of("test", new Shape(1 << 16, 1 << 16, 1)))
        .hasMessageContaining("input 65536×65536×1");
    assertThatThrownBy(
            () ->
                NetworkBuilder.of("test", new Shape(1 << 20, 1, 2))
                    .node("wide", new Layer.Conv2d(1, 99_999, 1, 50_000, 1, false)))
        .hasMessageContaining("weights per output");
  }

  @Test
  void aNetworkChecksItsShapes() {
    var node = new Node("fc", new Layer.Linear(4, true), List.of("input"), IMAGE);

    assertThatThrownBy(() -> new Network("test", Shape.features(3), List.of(node)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("node fc: output 3×32×32, expected 4");
  }

  @Test
  void parametersFollowTheOrderOfNodes() {
    var network =
        images().conv("c", 8, 3, 1).batchNorm("bn").globalAvgPool("p").linear("fc", 5).build();

    assertThat(network.parameters())
        .extracting(ParameterSpec::name)
        .containsExactly(
            "c.weight",
            "bn.weight",
            "bn.bias",
            "bn.running_mean",
            "bn.running_var",
            "fc.weight",
            "fc.bias");
    assertThat(network.prunable())
        .extracting(ParameterSpec::name)
        .containsExactly("c.weight", "fc.weight");
    assertThat(network.shape("p")).isEqualTo(Shape.features(8));
    assertThatThrownBy(() -> network.shape("q")).hasMessageContaining("no node q");
  }
}
