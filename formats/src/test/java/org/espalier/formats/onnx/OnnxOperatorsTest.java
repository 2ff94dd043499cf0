package org.espalier.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.espalier.formats.onnx.OnnxGraph.integer;
import static org.espalier.formats.onnx.OnnxGraph.integers;
import static org.espalier.formats.onnx.OnnxGraph.number;
import static org.espalier.formats.onnx.OnnxGraph.tensor;
import static org.espalier.formats.onnx.OnnxGraph.text;

import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Shape;
import org.espalier.formats.onnx.proto.StringStringEntryProto;
import org.espalier.formats.onnx.proto.TensorProto;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Graphs as other programs write them: what we make of them, and what ONNX Runtime does. */
class OnnxOperatorsTest {
  private static final int SAMPLES = 3;

  @TempDir Path folder;

  private static OnnxGraph images(long operators) {
    return new OnnxGraph(operators, 0, 4, 9, 7);
  }

  private static OnnxGraph features(long operators) {
    return new OnnxGraph(operators, 0, 6);
  }

  private static final long[] IMAGES = {SAMPLES, 4, 9, 7};
  private static final long[] FEATURES = {SAMPLES, 6};

  /** Graphs of images, each of which ends in {@code y}. */
  private static Map<String, OnnxGraph> onImages() {
    var graphs = new LinkedHashMap<String, OnnxGraph>();
    graphs.put(
        "Conv with all attributes",
        images(11)
            .floats("w", 6, 2, 3, 3)
            .floats("b", 6)
            .node(
                "Conv",
                "x w b",
                "c",
                integers("kernel_shape", 3, 3),
                integers("strides", 2, 2),
                integers("pads", 1, 1, 1, 1),
                integers("dilations", 1, 1),
                integer("group", 2))
            .node("Flatten", "c", "y"));
    for (var padding : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
      for (var stride = 1; stride <= 3; stride++) {
        graphs.put(
            "Conv " + padding + " by " + stride,
            images(7)
                .floats("w", 5, 4, 3, padding.equals("VALID") ? 3 : 2)
                .node(
                    "Conv",
                    "x w",
                    "c",
                    text("auto_pad", padding),
                    integers("strides", stride, stride))
                .node("Relu", "c", "r")
                .node("Flatten", "r", "y"));
      }
    }
    graphs.put(
        "Conv with an uneven border",
        images(13)
            .floats("w", 5, 4, 1, 3)
            .node("Conv", "x w", "c", integers("pads", 1, 2, 0, 1))
            .node("Flatten", "c", "y"));
    graphs.put(
        "Conv with two additions behind it",
        images(8)
            .floats("w", 5, 4, 1, 1)
            .floats("b", 5, 1, 1)
            .floats("one", 1)
            .node("Conv", "x w", "c")
            .node("Add", "b c", "d")
            .node("Add", "d one", "e")
            .node("Flatten", "e", "y"));
    graphs.put(
        "Pad before Conv, by inputs",
        images(13)
            .whole("pads", 0, 0, 1, 2, 0, 0, 1, 2)
            .floats("w", 3, 4, 3, 5)
            .node("Pad", "x pads", "p")
            .node("Conv", "p w", "c")
            .node("Flatten", "c", "y"));
    graphs.put(
        "Pad before Conv, by attributes",
        images(10)
            .floats("w", 3, 4, 3, 3)
            .node("Pad", "x", "p", integers("pads", 0, 0, 0, 0, 0, 0, 1, 1), number("value", 0))
            .node("Conv", "p w", "c", integers("strides", 2, 2))
            .node("Flatten", "c", "y"));
    for (var operators : new long[] {8, 12, 15, 21}) {
      graphs.put(
          "BatchNormalization of version " + operators,
          images(operators)
              .floats("s", 4)
              .floats("b", 4)
              .floats("m", 4)
              .positive("v", 4)
              .node("BatchNormalization", "x s b m v", "n", number("epsilon", 0.01f))
              .node("Flatten", "n", "y"));
    }
    graphs.put(
        "MaxPool with a border",
        images(12)
            .node(
                "MaxPool",
                "x",
                "p",
                integers("kernel_shape", 3, 3),
                integers("strides", 2, 2),
                integers("pads", 1, 1, 1, 1))
            .node("Flatten", "p", "y"));
    graphs.put(
        "MaxPool rounding up where nothing hangs over",
        images(12)
            .node(
                "MaxPool",
                "x",
                "p",
                integers("kernel_shape", 3, 3),
                integers("strides", 2, 2),
                integer("ceil_mode", 1))
            .node("Flatten", "p", "y"));
    graphs.put(
        "AveragePool that counts its border",
        images(11)
            .node(
                "AveragePool",
                "x",
                "p",
                integers("kernel_shape", 3, 3),
                integers("pads", 1, 1, 1, 1),
                integer("count_include_pad", 1))
            .node("Flatten", "p", "y"));
    graphs.put(
        "AveragePool without a border",
        images(19)
            .node("AveragePool", "x", "p", integers("kernel_shape", 2, 2))
            .node("Flatten", "p", "y"));
    graphs.put(
        "GlobalAveragePool",
        images(9).node("GlobalAveragePool", "x", "p").node("Flatten", "p", "y"));
    graphs.put(
        "ReduceMean by attribute",
        images(13).node("ReduceMean", "x", "y", integers("axes", 2, 3), integer("keepdims", 0)));
    graphs.put(
        "ReduceMean by input",
        images(18)
            .whole("axes", -1, -2)
            .floats("w", 4, 5)
            .node("ReduceMean", "x axes", "m")
            .whole("shape", 0, -1)
            .node("Reshape", "m shape", "f")
            .node("MatMul", "f w", "y"));
    graphs.put(
        "shapes that are computed",
        images(12)
            .floats("w", 5, 4, 3, 3)
            .node("Conv", "x w", "c")
            .node("Shape", "c", "shape")
            .whole("zero", 0)
            .node("Gather", "shape zero", "n")
            .whole("rest", -1)
            .node("Concat", "n rest", "target", integer("axis", 0))
            .node("Reshape", "c target", "y"));
    graphs.put(
        "Squeeze and Unsqueeze by attribute",
        images(11)
            .node("GlobalAveragePool", "x", "p")
            .node("Squeeze", "p", "s", integers("axes", 2, 3))
            .node("Unsqueeze", "s", "u", integers("axes", 2, 3))
            .node("Relu", "u", "r")
            .node("Squeeze", "r", "y", integers("axes", -1, -2)));
    graphs.put(
        "Squeeze by input",
        images(13)
            .whole("axes", 2, 3)
            .node("GlobalAveragePool", "x", "p")
            .node("Squeeze", "p axes", "y"));
    graphs.put(
        "sum of three, Identity and Dropout",
        images(12)
            .floats("v", 4, 4, 1, 1)
            .floats("w", 4, 4, 1, 1)
            .node("Conv", "x v", "a")
            .node("Conv", "x w", "b")
            .node("Identity", "b", "i")
            .node("Sum", "a i x", "s")
            .node("Dropout", "s", "d")
            .node("Flatten", "d", "y"));
    graphs.put(
        "Dropout told by a Constant not to train, its mask left out",
        images(13)
            .floats("w", 4, 4, 1, 1)
            .node("Conv", "x w _", "c")
            .node("Constant", "", "train", tensor("value", no()))
            .node("Dropout", "c _ train", "d _")
            .node("Flatten", "d", "y"));
    graphs.put(
        "Constant weights",
        images(13)
            .node("Constant", "", "w", tensor("value", vector(0.5f, -1, 2, 3)))
            .whole("shape", 1, 4, 1, 1)
            .node("Reshape", "w shape", "k")
            .node("Conv", "x k", "c")
            .node("Flatten", "c", "y"));
    graphs.put(
        "shortcut without weights, in two slices",
        images(11)
            .floats("w", 8, 4, 3, 3)
            .node("Conv", "x w", "c", integers("strides", 2, 2), integers("pads", 1, 1, 1, 1))
            .whole("zero", 0)
            .whole("end", Long.MAX_VALUE)
            .whole("rows", 2)
            .whole("columns", 3)
            .whole("two", 2)
            .node("Slice", "x zero end rows two", "s")
            .node("Slice", "s zero end columns two", "t")
            .whole("pads", 0, 2, 0, 0, 0, 2, 0, 0)
            .node("Pad", "t pads", "p", text("mode", "constant"))
            .node("Add", "c p", "a")
            .node("Flatten", "a", "y"));
    graphs.put(
        "Clip by attributes",
        images(10).node("Clip", "x", "c", number("min", 0)).node("Flatten", "c", "y"));
    graphs.put(
        "Clip by inputs",
        images(13)
            .floats("least", new float[] {0})
            .node("Clip", "x least", "c")
            .node("Flatten", "c", "y"));
    return graphs;
  }

  private static TensorProto.Builder no() {
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.BOOL_VALUE)
        .setRawData(ByteString.copyFrom(new byte[1]));
  }

  private static TensorProto.Builder vector(float... values) {
    var vector = TensorProto.newBuilder().addDims(values.length);
    for (var value : values) {
      vector.addFloatData(value);
    }
    return vector.setDataType(TensorProto.DataType.FLOAT_VALUE);
  }

  /** Graphs of features, each of which ends in {@code y}. */
  private static Map<String, OnnxGraph> onFeatures() {
    var graphs = new LinkedHashMap<String, OnnxGraph>();
    graphs.put(
        "Gemm with factors",
        features(9)
            .floats("w", 6, 5)
            .floats("b", 1, 5)
            .node("Gemm", "x w b", "y", number("alpha", 0.5f), number("beta", 2)));
    graphs.put(
        "Gemm transposed, with one bias for all",
        features(13)
            .floats("w", 5, 6)
            .floats("b", new float[] {0.25f})
            .node("Gemm", "x w b", "y", integer("transB", 1)));
    graphs.put(
        "Gemm of one output, its bias a scalar",
        features(13).floats("w", 6, 1).floats("b", new float[] {0.25f}).node("Gemm", "x w b", "y"));
    graphs.put("Gemm without bias", features(11).floats("w", 6, 5).node("Gemm", "x w", "y"));
    graphs.put(
        "MatMul of a folded matrix, and Add",
        features(13)
            .floats("w", 5, 2, 3)
            .whole("shape", 5, 6)
            .node("Reshape", "w shape", "m")
            .node("Transpose", "m", "t", integers("perm", 1, 0))
            .node("Identity", "t", "i")
            .floats("b", 1, 5)
            .node("MatMul", "x i", "z")
            .node("Add", "b z", "y"));
    graphs.put(
        "features as images and back",
        features(14)
            .whole("image", 0, 6, 1, 1)
            .floats("w", 4, 6, 1, 1)
            .floats("m", 4, 3)
            .node("MatMul", "x wx", "z")
            .floats("wx", 6, 6)
            .node("Reshape", "z image", "i")
            .node("Conv", "i w", "c")
            .node("Flatten", "c", "f", integer("axis", -3))
            .node("MatMul", "f m", "y"));
    graphs.put(
        "input that is made an image first",
        features(14)
            .whole("image", -1, 1, 2, 3)
            .floats("w", 4, 1, 2, 2)
            .node("Reshape", "x image", "i")
            .node("Conv", "i w", "c")
            .node("Flatten", "c", "y"));
    graphs.put(
        "BatchNormalization of features",
        features(15)
            .floats("w", 6, 5)
            .floats("s", 5)
            .floats("b", 5)
            .floats("m", 5)
            .positive("v", 5)
            .node("MatMul", "x w", "z")
            .node("BatchNormalization", "z s b m v", "n")
            .node("Relu", "n", "y"));
    return graphs;
  }

  @TestFactory
  Stream<DynamicTest> operatorsOnImagesGiveTheLogitsOfOnnxRuntime() {
    return onImages().entrySet().stream()
        .map(
            it ->
                DynamicTest.dynamicTest(it.getKey(), () -> assertAgreement(it.getValue(), IMAGES)));
  }

  @TestFactory
  Stream<DynamicTest> operatorsOnFeaturesGiveTheLogitsOfOnnxRuntime() {
    return onFeatures().entrySet().stream()
        .map(
            it ->
                DynamicTest.dynamicTest(
                    it.getKey(), () -> assertAgreement(it.getValue(), FEATURES)));
  }

  private void assertAgreement(OnnxGraph graph, long... shape) throws OrtException {
    var file = graph.write(folder);
    var size = 1;
    for (var extent : shape) {
      size *= (int) extent;
    }
    var batch = Logits.random(size);
    var model = OnnxFile.read(file);
    var ours = Logits.ours(model.network(), model.parameters(), batch);
    var theirs = Logits.runtimes(file, "x", batch, shape);
    assertThat(ours).hasSameSizeAs(theirs);
    var largest = 0f;
    for (var logit : theirs) {
      largest = Math.max(largest, Math.abs(logit));
    }
    for (var i = 0; i < ours.length; i++) {
      assertThat(ours[i])
          .as("logit %d, seed %d", i, Logits.SEED)
          .isCloseTo(theirs[i], within(1e-4f * largest));
    }
  }

  @Test
  void softmaxAtTheEndIsLeftOutAndNoted() {
    var file =
        features(13)
            .floats("w", 6, 5)
            .node("MatMul", "x w", "z")
            .node("Softmax", "z", "y")
            .write(folder);

    var model = OnnxFile.read(file);

    assertThat(model.network().nodes()).hasSize(1);
    assertThat(model.metadata()).containsEntry("onnx.dropped", "Softmax");
  }

  @Test
  void maximumOverSquareImagesIsOneWindow() throws OrtException {
    var graph =
        new OnnxGraph(9, 0, 4, 5, 5).node("GlobalMaxPool", "x", "p").node("Flatten", "p", "y");

    assertAgreement(graph, SAMPLES, 4, 5, 5);
  }

  @Test
  void batchOfAFixedSizeIsOneOfAny() throws OrtException {
    var graph =
        new OnnxGraph(8, 1, 2, 3, 3)
            .whole("flat", 1, 18)
            .node("Relu", "x", "r")
            .node("Reshape", "r flat", "y");

    assertAgreement(graph, 1, 2, 3, 3);
  }

  @Test
  void deadNodesAndUnusedTensorsAreNotRead() {
    var file =
        features(13)
            .floats("w", 6, 5)
            .floats("unused", new float[] {Float.NaN})
            .node("Erf", "x", "dead")
            .node("MatMul", "x w", "y")
            .write(folder);

    assertThat(OnnxFile.read(file).network().nodes()).hasSize(1);
  }

  @Test
  void leavingOutAnInputNeedsNoNodeThatLeavesOutAnOutput() {
    var file =
        features(13)
            .floats("w", 6, 5)
            .node("Erf", "x", "dead _")
            .node("Gemm", "x w _", "y")
            .write(folder);

    assertThat(OnnxFile.read(file).network().nodes()).hasSize(1);
  }

  @Test
  void weightsOfEveryTypeAreFloats() {
    var values = new float[] {0.5f, -2, 0, 1, 0.25f, 8};
    for (var type :
        new TensorProto.DataType[] {
          TensorProto.DataType.FLOAT,
          TensorProto.DataType.DOUBLE,
          TensorProto.DataType.FLOAT16,
          TensorProto.DataType.BFLOAT16
        }) {
      for (var raw : new boolean[] {false, true}) {
        var tensor = TensorProto.newBuilder().setName("w").addDims(6).addDims(1);
        var file =
            features(13)
                .tensor(typed(tensor.setDataType(type.getNumber()), type, raw, values))
                .node("MatMul", "x w", "y")
                .write(folder);

        assertThat(OnnxFile.read(file).parameters().of("y_node.weight").values())
            .as("%s, raw %s", type, raw)
            .isEqualTo(values);
      }
    }
  }

  private static TensorProto.Builder typed(
      TensorProto.Builder tensor, TensorProto.DataType type, boolean raw, float[] values) {
    var bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      switch (type) {
        case FLOAT -> {
          bytes.putFloat(value);
          tensor.addFloatData(value);
        }
        case DOUBLE -> {
          bytes.putDouble(value);
          tensor.addDoubleData(value);
        }
        case FLOAT16 -> {
          bytes.putShort(Float.floatToFloat16(value));
          tensor.addInt32Data(Float.floatToFloat16(value) & 0xFFFF);
        }
        default -> {
          bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
          tensor.addInt32Data(Float.floatToIntBits(value) >>> 16);
        }
      }
    }
    var data = ByteString.copyFrom(bytes.flip());
    return raw
        ? tensor.clearFloatData().clearDoubleData().clearInt32Data().setRawData(data)
        : tensor;
  }

  @Test
  void weightsBesideTheFileAreReadWithinTheirFile() throws IOException {
    var data = ByteBuffer.allocate(8 + 24).order(ByteOrder.LITTLE_ENDIAN).position(8);
    for (var i = 0; i < 6; i++) {
      data.putFloat(i);
    }
    Files.write(folder.resolve("weights.bin"), data.array());

    var model = OnnxFile.read(external("weights.bin", 8).write(folder));

    assertThat(model.parameters().of("y_node.weight").values()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThatThrownBy(() -> OnnxFile.read(external("weights.bin", 12).write(folder)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("tensor w: bytes 12 to 36 of weights.bin, expected at most 32");
    assertThatThrownBy(() -> OnnxFile.read(external("../weights.bin", 0).write(folder)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("expected a file in the folder of the model");
  }

  private static OnnxGraph external(String location, long offset) {
    return features(13)
        .tensor(
            TensorProto.newBuilder()
                .setName("w")
                .addDims(6)
                .addDims(1)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset))))
        .node("MatMul", "x w", "y");
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void layersOfPytorchAreNamedByTheirWeights() {
    var file =
        new OnnxGraph(17, 0, 3, 4, 4)
            .floats("layer1.0.conv1.weight", 2, 3, 1, 1)
            .node("Conv", "x layer1.0.conv1.weight", "/layer1/layer1.0/conv1/Conv_output_0")
            .node("Flatten", "/layer1/layer1.0/conv1/Conv_output_0", "y")
            .write(folder);

    var network = OnnxFile.read(file).network();

    assertThat(network.nodes().getFirst().name()).isEqualTo("layer1.0.conv1");
    assertThat(network.nodes().getLast().layer()).isEqualTo(new Layer.Flatten());
    assertThat(network.input()).isEqualTo(new Shape(3, 4, 4));
  }

  @TestFactory
  Stream<DynamicTest> whatIsNotSupportedIsNamed() {
    var graphs = new LinkedHashMap<String, OnnxGraph>();
    graphs.put(
        "node y_node (Erf): an operator that is not supported", features(13).node("Erf", "x", "y"));
    graphs.put(
        "node y_node (Conv): dilations [2, 2], expected 1",
        images(13).floats("w", 5, 4, 3, 3).node("Conv", "x w", "y", integers("dilations", 2, 2)));
    graphs.put(
        "node y_node (Conv): strides [1, 2], expected the same in both directions",
        images(13).floats("w", 5, 4, 3, 3).node("Conv", "x w", "y", integers("strides", 1, 2)));
    graphs.put(
        "node y_node (Clip): limits 0.0 and 6.0",
        features(6 + 4).node("Clip", "x", "y", number("min", 0), number("max", 6)));
    graphs.put(
        "node y_node (Relu): attribute slope, expected none",
        features(13).node("Relu", "x", "y", number("slope", 0)));
    graphs.put(
        "node y_node (AveragePool): count_include_pad 0 with a border",
        images(13)
            .node(
                "AveragePool",
                "x",
                "y",
                integers("kernel_shape", 3, 3),
                integers("pads", 1, 1, 1, 1)));
    graphs.put(
        "node y_node (Add): a constant added to what is no product",
        features(13).floats("b", 6).node("Add", "x b", "y"));
    graphs.put(
        "tensor w: element 3 is NaN, expected finite floats",
        features(13)
            .floats("w", new float[] {0, 0, 0, Float.NaN, 0, 0}, 6, 1)
            .node("MatMul", "x w", "y"));
    graphs.put(
        "node c_node (Conv): input reshaped to [4, 9, 11], expected [4, 11, 9]",
        images(13)
            .whole("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .whole("turned", 0, 4, 9, 11)
            .floats("w", 5, 4, 3, 3)
            .node("Pad", "x pads", "p")
            .node("Reshape", "p turned", "r")
            .node("Conv", "r w", "c")
            .node("Flatten", "c", "y"));
    graphs.put(
        "node s_node (Slice): input reshaped to [4, 7, 9], expected [4, 9, 7]",
        images(13)
            .whole("turned", 0, 4, 7, 9)
            .whole("starts", 0, 0)
            .whole("ends", 9, 9)
            .whole("axes", 2, 3)
            .whole("steps", 2, 2)
            .node("Reshape", "x turned", "r")
            .node("Slice", "r starts ends axes steps", "s")
            .node("Flatten", "s", "y"));
    graphs.put("operator set 6, expected 7 to 23", features(6).node("Relu", "x", "y"));
    graphs.put(
        "node y_node (Transpose): an operator that is not supported",
        images(13).node("Transpose", "x", "y", integers("perm", 0, 2, 3, 1)));
    return graphs.entrySet().stream()
        .map(
            it ->
                DynamicTest.dynamicTest(
                    it.getKey(),
                    () ->
                        assertThatThrownBy(() -> OnnxFile.read(it.getValue().write(folder)))
                            .isInstanceOf(EspalierException.class)
                            .hasMessageContaining(it.getKey())
                            .hasMessageStartingWith(folder.toString())));
  }

  @Test
  void hugeShapesAreNotBelieved() {
    var tensor =
        TensorProto.newBuilder()
            .setName("w")
            .addDims(2_000_000_000)
            .addDims(6)
            .setDataType(TensorProto.DataType.FLOAT_VALUE);

    assertThatThrownBy(
            () ->
                OnnxFile.read(features(13).tensor(tensor).node("MatMul", "x w", "y").write(folder)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("tensor w: ");
  }
}
