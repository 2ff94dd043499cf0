package org.espalier.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.onnx.OnnxFile.Weights;
import org.espalier.formats.onnx.proto.GraphProto;
import org.espalier.formats.onnx.proto.ModelProto;
import org.espalier.formats.onnx.proto.NodeProto;
import org.espalier.formats.onnx.proto.StringStringEntryProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
  @TempDir Path folder;

  private static Network network() {
    return NetworkBuilder.of("small", new Shape(2, 4, 4))
        .conv("conv1", 3, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .dropout("drop", 0.5)
        .globalAvgPool("pool")
        .linear("fc", 4)
        .build();
  }

  /** A fifth of the convolution's weights. */
  private static Parameters sparse(Network network) {
    var topology = Topology.of(3, 18, new long[] {0, 5, 17, 18, 20, 33, 36, 40, 41, 53});
    var parameters =
        new Parameters(
            network,
            spec ->
                spec.name().equals("conv1.weight")
                    ? Parameter.sparse(spec, topology)
                    : Parameter.dense(spec));
    for (var i = 0; i < topology.nonZeros(); i++) {
      parameters.of("conv1.weight").values()[i] = i + 1;
    }
    return parameters;
  }

  private GraphProto graph(Network network, Parameters parameters, Weights weights)
      throws IOException {
    return model(network, parameters, weights, Map.of()).getGraph();
  }

  private ModelProto model(
      Network network, Parameters parameters, Weights weights, Map<String, String> metadata)
      throws IOException {
    var file = folder.resolve("model.onnx");
    OnnxFile.write(file, network, parameters, weights, metadata);
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  @Test
  void nodesKeepTheirNamesAndDropoutGoes() throws IOException {
    var network = network();

    var graph = graph(network, sparse(network), Weights.DENSE);

    assertThat(graph.getNodeList())
        .extracting(NodeProto::getName)
        .containsExactly("conv1", "bn1", "relu1", "pool", "pool.features", "fc");
    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly(
            "Conv", "BatchNormalization", "Relu", "GlobalAveragePool", "Flatten", "Gemm");
    assertThat(graph.getNode(3).getInputList()).containsExactly("relu1");
  }

  @Test
  void extentOfTheBatchIsOpen() throws IOException {
    var network = network();

    var graph = graph(network, sparse(network), Weights.DENSE);

    var input = graph.getInput(0).getType().getTensorType().getShape();
    assertThat(graph.getInput(0).getName()).isEqualTo("input");
    assertThat(input.getDim(0).getDimParam()).isEqualTo("batch");
    assertThat(input.getDim(1).getDimValue()).isEqualTo(2);
    assertThat(input.getDimCount()).isEqualTo(4);
    var output = graph.getOutput(0).getType().getTensorType().getShape();
    assertThat(graph.getOutput(0).getName()).isEqualTo("fc");
    assertThat(output.getDim(0).getDimParam()).isEqualTo("batch");
    assertThat(output.getDim(1).getDimValue()).isEqualTo(4);
    assertThat(output.getDimCount()).isEqualTo(2);
  }

  @Test
  void sparseWeightsAreTheirNonZerosByIndex() throws IOException {
    var network = network();

    var graph = graph(network, sparse(network), Weights.SPARSE);

    assertThat(graph.getSparseInitializerList()).hasSize(1);
    var tensor = graph.getSparseInitializer(0);
    assertThat(tensor.getValues().getName()).isEqualTo("conv1.weight");
    assertThat(tensor.getDimsList()).containsExactly(3L, 2L, 3L, 3L);
    assertThat(tensor.getIndices().getDimsList()).containsExactly(10L);
    var indices = tensor.getIndices().getRawData().asReadOnlyByteBuffer();
    indices.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    assertThat(indices.getLong(8)).isEqualTo(5);
    assertThat(indices.getLong(72)).isEqualTo(53);
    var values = tensor.getValues().getRawData().asReadOnlyByteBuffer();
    values.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    assertThat(values.getFloat(36)).isEqualTo(10);
    assertThat(graph.getInitializerList()).noneMatch(it -> it.getName().equals("conv1.weight"));
  }

  @Test
  void weightsThatAreShorterWithTheirZerosAreDense() throws IOException {
    var network = NetworkBuilder.of("n", Shape.features(6)).linear("fc", 2).build();
    var half = Topology.of(2, 6, new long[] {0, 1, 2, 6, 7, 8});
    var parameters =
        new Parameters(
            network,
            spec -> spec.prunable() ? Parameter.sparse(spec, half) : Parameter.dense(spec));

    assertThat(graph(network, parameters, Weights.SPARSE).getSparseInitializerList()).isEmpty();
  }

  @Test
  void metadataIsKeptInTheOrderOfItsKeys() throws IOException {
    var network = network();

    var model =
        model(network, sparse(network), Weights.DENSE, Map.of("recipe", "r", "classes", "a\nb"));

    assertThat(model.getMetadataPropsList())
        .containsExactly(entry("classes", "a\nb"), entry("recipe", "r"));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void sumsOfMoreThanTwoAreOneOperator() throws IOException {
    var network =
        NetworkBuilder.of("sum", Shape.features(3))
            .linear("a", 2)
            .linear("b", 2, "input")
            .linear("c", 2, "input")
            .add("ab", "a", "b")
            .add("abc", "ab", "b", "c")
            .build();

    var graph = graph(network, Parameters.dense(network), Weights.DENSE);

    assertThat(graph.getNode(3).getOpType()).isEqualTo("Add");
    assertThat(graph.getNode(4).getOpType()).isEqualTo("Sum");
    assertThat(graph.getNode(4).getInputList()).isEqualTo(List.of("ab", "b", "c"));
  }

  @Test
  void nodeNamedLikeATensorIsRefused() {
    var network =
        NetworkBuilder.of("n", Shape.features(3)).linear("fc", 2).relu("fc.weight").build();

    assertThatThrownBy(() -> graph(network, Parameters.dense(network), Weights.DENSE))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("node fc.weight");
  }

  @Test
  void everyOperatorIsOfTheStandard() throws IOException {
    var network =
        NetworkBuilder.of("pools", new Shape(2, 8, 8))
            .node("max", new Layer.MaxPool2d(3, 2, 1))
            .node("mean", new Layer.AvgPool2d(3, 2, 1))
            .flatten("flatten")
            .linear("fc", 2)
            .build();

    var graph = graph(network, Parameters.dense(network), Weights.DENSE);

    assertThat(graph.getNodeList())
        .extracting(NodeProto::getOpType)
        .allMatch(Set.of("MaxPool", "AveragePool", "Flatten", "Gemm")::contains);
    assertThat(graph.getNode(1).getAttributeList())
        .anyMatch(it -> it.getName().equals("count_include_pad") && it.getI() == 1);
  }
}
