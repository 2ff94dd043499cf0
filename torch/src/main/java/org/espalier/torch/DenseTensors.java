package org.espalier.torch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;

/**
 * Arrays in storage order as libtorch's dense tensors, and back.
 *
 * <p>Everything it makes belongs to the innermost {@code PointerScope}.
 */
final class DenseTensors {
  private DenseTensors() {}

  /** The shape PyTorch gives each tensor of a network: of convolutions, matrices and vectors. */
  static Map<String, long[]> shapes(Network network) {
    var convolutions =
        network.nodes().stream()
            .filter(node -> node.layer() instanceof Layer.Conv2d)
            .map(Node::name)
            .collect(Collectors.toSet());
    var shapes = new HashMap<String, long[]>();
    for (var spec : network.parameters()) {
      shapes.put(spec.name(), shape(spec, convolutions.contains(spec.node())));
    }
    return shapes;
  }

  private static long[] shape(ParameterSpec spec, boolean convolution) {
    if (spec.role() != ParameterSpec.Role.WEIGHT) {
      return new long[] {spec.outputs()};
    }
    return convolution
        ? new long[] {spec.outputs(), spec.inputs(), spec.kernelHeight(), spec.kernelWidth()}
        : new long[] {spec.outputs(), spec.inputs()};
  }

  /** All weights of {@code stored}, one of the parameter's arrays; those not kept are zero. */
  static float[] scatter(Parameter parameter, float[] stored) {
    if (parameter.storage() != Storage.SPARSE) {
      return stored;
    }
    var topology = parameter.topology();
    var dense = new float[denseSize(parameter)];
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        dense[row * topology.columns() + topology.column(p)] = stored[p];
      }
    }
    return dense;
  }

  /** Brings those of all weights that the parameter keeps into one of its arrays. */
  static void gather(Parameter parameter, float[] dense, float[] stored) {
    if (parameter.storage() != Storage.SPARSE) {
      System.arraycopy(dense, 0, stored, 0, stored.length);
      return;
    }
    var topology = parameter.topology();
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        stored[p] = dense[row * topology.columns() + topology.column(p)];
      }
    }
  }

  /** Number of all weights, which libtorch keeps. */
  static int denseSize(Parameter parameter) {
    var size = parameter.spec().size();
    if (size > Integer.MAX_VALUE - 8) {
      throw new EspalierException(
          parameter.name()
              + " has "
              + size
              + " weights, and engine torch keeps them all: expected --engine cpu");
    }
    return (int) size;
  }

  /** Which weights are absent, {@code [rows · columns]}, of a sparse or masked parameter. */
  static Tensor absent(Parameter parameter) {
    var topology = parameter.topology();
    var absent = new byte[denseSize(parameter)];
    Arrays.fill(absent, (byte) 1);
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        absent[row * topology.columns() + topology.column(p)] = 0;
      }
    }
    var tensor = torch.zeros(new long[] {absent.length}, new TensorOptions(ScalarType.Byte));
    tensor.data_ptr_byte().put(absent, 0, absent.length);
    return tensor.to(ScalarType.Bool);
  }

  /** A tensor of {@code values}, on the CPU. */
  static Tensor write(float[] values, long... shape) {
    var tensor = torch.empty(shape);
    tensor.data_ptr_float().put(values, 0, values.length);
    return tensor;
  }

  /** The values of a tensor in the order of its indices, whatever its layout and device. */
  static float[] read(Tensor tensor) {
    var values = new float[Math.toIntExact(tensor.numel())];
    tensor.detach().cpu().contiguous().data_ptr_float().get(values);
    return values;
  }
}
