package org.espalier.formats;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;

/** The shapes that PyTorch gives to the tensors of a network. */
public final class TensorShapes {
  private TensorShapes() {}

  /** Shape of every tensor by name: a 1×1 convolution has four extents, a linear layer two. */
  public static Map<String, List<Integer>> of(Network network) {
    var layers = new HashMap<String, Layer>();
    network.nodes().forEach(node -> layers.put(node.name(), node.layer()));
    var shapes = new HashMap<String, List<Integer>>();
    for (var spec : network.parameters()) {
      var convolution = layers.get(spec.node()) instanceof Layer.Conv2d;
      shapes.put(spec.name(), shape(spec, convolution));
    }
    return shapes;
  }

  private static List<Integer> shape(ParameterSpec spec, boolean convolution) {
    if (spec.role() != ParameterSpec.Role.WEIGHT) {
      return List.of(spec.outputs());
    }
    return convolution
        ? List.of(spec.outputs(), spec.inputs(), spec.kernelHeight(), spec.kernelWidth())
        : List.of(spec.outputs(), spec.inputs());
  }
}
