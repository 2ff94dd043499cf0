package org.espalier.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
  private static final Shape GREY = new Shape(1, 28, 28);
  private static final Shape COLOUR = new Shape(3, 32, 32);

  private static long weights(Network network) {
    return network.prunable().stream().mapToLong(ParameterSpec::size).sum();
  }

  private static long trained(Network network) {
    return network.parameters().stream()
        .filter(ParameterSpec::trained)
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  /** Prunable weights of the networks in the code released with the papers. */
  @ParameterizedTest
  @CsvSource({
    "resnet-20, 270896",
    "resnet-32, 464432",
    "resnet-32:width=32, 1855584",
    "'resnet-20:shortcut=pad,width=16', 268336",
    "resnet-44, 657968",
    "resnet-56, 851504",
    "resnet-110, 1722416",
    "conv-2, 4300992",
    "conv-4, 2425024",
    "conv-6, 2261184",
    "vgg-16-bn, 14715584",
    "vgg-19-bn, 20024000",
  })
  void weightsOnColourImages(String name, long expected) {
    assertThat(weights(Models.named(name, COLOUR, 10))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"lenet-300-100, 266200", "lenet-5, 44190", "mlp:1024x1024, 1861632"})
  void weightsOnGreyImages(String name, long expected) {
    assertThat(weights(Models.named(name, GREY, 10))).isEqualTo(expected);
  }

  /** Trained values of wide residual networks: table 4 of the paper, in millions. */
  @ParameterizedTest
  @CsvSource({
    "wrn-40-1, 0.6",
    "wrn-40-2, 2.2",
    "wrn-40-4, 8.9",
    "wrn-16-8, 11.0",
    "wrn-28-10, 36.5"
  })
  void wideResidualNetworksHaveThePublishedSize(String name, double millions) {
    var size = trained(Models.named(name, COLOUR, 10)) / 1e6;

    assertThat(Math.round(size * 10) / 10.0).isEqualTo(millions);
  }

  @Test
  void lenet5HasTheShapesOfItsTestVector() {
    assertThat(Models.named("lenet-5", GREY, 10).prunable())
        .extracting(ParameterSpec::size)
        .containsExactly(150L, 2400L, 30720L, 10080L, 840L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet-300-100",
        "lenet-5",
        "conv-2",
        "conv-4",
        "conv-6",
        "mlp:7",
        "vgg-16-bn",
        "vgg-19-bn",
        "resnet-20",
        "wrn-22-2",
        "mobilenet-v1"
      })
  void everyModelTakesBothImageSizes(String name) {
    for (var input : new Shape[] {GREY, COLOUR}) {
      var network = Models.named(name, input, 17);

      assertThat(network.output()).isEqualTo(Shape.features(17));
      assertThat(network.name()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 28, 32, 33, 64, 96})
  void vggsClassifierHas512InputsAtAnySize(int extent) {
    var network = Models.named("vgg-16-bn", new Shape(3, extent, extent), 10);

    assertThat(network.prunable().getLast().size()).isEqualTo(5120);
    assertThat(network.prunable()).hasSize(14);
  }

  @Test
  void convolutionsBeforeNormalisationHaveNoBias() {
    for (var name : new String[] {"vgg-16-bn", "resnet-20", "wrn-16-2", "mobilenet-v1"}) {
      var network = Models.named(name, COLOUR, 10);
      assertThat(network.nodes())
          .as(name)
          .noneMatch(node -> node.layer() instanceof Layer.Conv2d conv && conv.bias());
    }
  }

  @Test
  void residualShortcutsProjectWhereShapesChange() {
    var network = Models.named("resnet-20", COLOUR, 10);

    assertThat(
            network.nodes().stream().map(Node::name).filter(name -> name.endsWith("shortcut.conv")))
        .containsExactly("stage2.block1.shortcut.conv", "stage3.block1.shortcut.conv");
    assertThat(network.shape("stage3.block3.relu2")).isEqualTo(new Shape(64, 8, 8));
  }

  @Test
  void widthScalesResidualNetworks() {
    var network = Models.named("resnet-20:width=8", COLOUR, 10);

    assertThat(network.shape("stage3.block3.relu2").channels()).isEqualTo(32);
  }

  @Test
  void dropoutSitsBetweenTheConvolutions() {
    var network = Models.named("wrn-22-2:dropout=0.3", COLOUR, 10);

    assertThat(network.nodes())
        .filteredOn(node -> node.layer() instanceof Layer.Dropout)
        .hasSize(9)
        .allMatch(node -> node.layer().equals(new Layer.Dropout(0.3)))
        .allMatch(node -> node.inputs().getFirst().endsWith("relu2"));
    assertThat(Models.named("wrn-22-2", COLOUR, 10).nodes())
        .noneMatch(node -> node.layer() instanceof Layer.Dropout);
  }

  @Test
  void mobilenetEndsAtTwoByTwo() {
    var network = Models.named("mobilenet-v1", COLOUR, 10);

    assertThat(network.shape("block13.pointwise.relu")).isEqualTo(new Shape(1024, 2, 2));
    assertThat(network.prunable()).filteredOn(ParameterSpec::depthwise).hasSize(13);
    assertThat(trained(network)).isEqualTo(3_217_226);
  }

  @Test
  void networksOfMillionsOfNeuronsAreValuesToo() {
    var network = Models.named("mlp:500000x500000", GREY, 20);

    assertThat(weights(network)).isEqualTo(784L * 500_000 + 500_000L * 500_000 + 500_000L * 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet20 | unknown model 'resnet20'; did you mean resnet-20?",
        "lenet-30-100 | did you mean lenet-300-100?",
        "wnr-22-2:dropout=0.3 | did you mean wrn-22-2?",
        "transformer | expected one of lenet-300-100",
        "resnet-21 | model resnet-21: depth 21, expected 6n+2 such as 20",
        "wrn-20-2 | model wrn-20-2: depth 20, expected 6n+4",
        "wrn-22-0 | width factor 0",
        "resnet-20:widht=8 | unknown option 'widht', expected shortcut, width; did you mean width?",
        "resnet-20:shortcut=none | shortcut 'none', expected projection or pad",
        "resnet-20:width=wide | width 'wide', expected 1 to 4096",
        "resnet-20:width=0 | width '0', expected 1 to 4096",
        "resnet-20:width=8,width=8 | expected width=VALUE once",
        "wrn-22-2:dropout=1 | dropout '1', expected 0 ≤ dropout < 1",
        "lenet-5:width=2 | model lenet-5:width=2: unknown option 'width', expected none",
        "mlp | hidden widths '', expected such as mlp:300x100",
        "mlp:300x | hidden widths '300x'",
        "mlp:0 | hidden widths '0'",
        "conv-8 | did you mean conv-"
      })
  void wrongNamesAreAnsweredWithTheNearest(String name, String message) {
    assertThatThrownBy(() -> Models.named(name, COLOUR, 10))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  @Test
  void inputsThatDoNotFitNameModelAndNode() {
    assertThatThrownBy(() -> Models.named("lenet-5", new Shape(1, 8, 8), 10))
        .hasMessageContaining("model lenet-5: node conv2 (conv2d): input 6×2×2");
    assertThatThrownBy(() -> Models.named("vgg-16-bn", Shape.features(784), 10))
        .hasMessageContaining("input of 784 plain features, expected images");
    assertThatThrownBy(() -> Models.named("mlp:5", GREY, 0)).hasMessageContaining("outputs 0");
  }

  @Test
  void everyListedModelNamesItsPaper() {
    assertThat(Models.all()).hasSize(8).allMatch(model -> model.source().matches(".*\\d{4}.*"));
  }
}
