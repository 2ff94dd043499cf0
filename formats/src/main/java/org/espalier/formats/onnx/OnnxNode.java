package org.espalier.formats.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.engine.EspalierException;
import org.espalier.formats.onnx.proto.AttributeProto;
import org.espalier.formats.onnx.proto.AttributeProto.AttributeType;
import org.espalier.formats.onnx.proto.NodeProto;

/** A node as a graph has it; each attribute is to be read, or it is one we know nothing of. */
final class OnnxNode {
  private final NodeProto node;
  private final long operatorSet;
  private final Map<String, AttributeProto> unread = new HashMap<>();

  OnnxNode(NodeProto node, long operatorSet) {
    this.node = node;
    this.operatorSet = operatorSet;
    for (var attribute : node.getAttributeList()) {
      if (unread.put(attribute.getName(), attribute) != null) {
        throw error("attribute " + attribute.getName() + " twice", "once");
      }
    }
  }

  /** Its name, or that of its first value if it has none. */
  String name() {
    var name = node.getName().isEmpty() && node.getOutputCount() > 0 ? output() : node.getName();
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  /** The operator, with its domain unless that is ONNX itself. */
  String type() {
    var domain = node.getDomain();
    var own = domain.isEmpty() || domain.equals("ai.onnx");
    return own ? node.getOpType() : domain + "." + node.getOpType();
  }

  /** Whether the file has this version of the operators or a later one. */
  boolean since(long version) {
    return operatorSet >= version;
  }

  List<String> inputs() {
    return node.getInputList();
  }

  /** An input that may be left out. */
  Optional<String> input(int index) {
    return index < node.getInputCount() && !node.getInput(index).isEmpty()
        ? Optional.of(node.getInput(index))
        : Optional.empty();
  }

  /** An input that must be there. */
  String required(int index) {
    return input(index).orElseThrow(() -> error("no input " + index, "one"));
  }

  String output() {
    return node.getOutput(0);
  }

  List<String> outputs() {
    return node.getOutputList();
  }

  long integer(String name, long otherwise) {
    var attribute = take(name, AttributeType.INT);
    return attribute.map(AttributeProto::getI).orElse(otherwise);
  }

  float number(String name, float otherwise) {
    var attribute = take(name, AttributeType.FLOAT);
    return attribute.map(AttributeProto::getF).orElse(otherwise);
  }

  String text(String name, String otherwise) {
    return take(name, AttributeType.STRING).map(it -> it.getS().toStringUtf8()).orElse(otherwise);
  }

  Optional<List<Long>> integers(String name) {
    return take(name, AttributeType.INTS).map(AttributeProto::getIntsList);
  }

  Optional<List<Float>> numbers(String name) {
    return take(name, AttributeType.FLOATS).map(AttributeProto::getFloatsList);
  }

  Optional<AttributeProto> tensor(String name) {
    return take(name, AttributeType.TENSOR);
  }

  Optional<AttributeProto> sparseTensor(String name) {
    return take(name, AttributeType.SPARSE_TENSOR);
  }

  boolean has(String attribute) {
    return unread.containsKey(attribute);
  }

  private Optional<AttributeProto> take(String name, AttributeType type) {
    var attribute = unread.remove(name);
    if (attribute == null) {
      return Optional.empty();
    }
    if (attribute.getType() != type) {
      throw error("attribute " + name + " of type " + attribute.getType(), type.toString());
    }
    return Optional.of(attribute);
  }

  /** Refuses an attribute that must have one value to mean what we compute. */
  void require(String attribute, long expected) {
    var found = integer(attribute, expected);
    if (found != expected) {
      throw error(attribute + " " + found, String.valueOf(expected));
    }
  }

  /** Refuses what was not read. */
  void close() {
    unread.keySet().stream()
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw error("attribute " + name, "none but those of the operator");
            });
  }

  EspalierException error(String found, String expected) {
    return new EspalierException(
        "node %s (%s): %s, expected %s".formatted(name(), type(), found, expected));
  }

  /**
   * The name of the layer: PyTorch names its tensors {@code NAME.weight}, others name the nodes.
   */
  String layerName(String weight) {
    var suffix = ".weight";
    return weight.endsWith(suffix) && weight.length() > suffix.length()
        ? weight.substring(0, weight.length() - suffix.length())
        : name();
  }
}
