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

  /** Is told which entry of all weights an entry of a parameter's arrays is. */
  private interface Place {
    void at(int position, int stored);
  }

  /** Visits the active weights of a sparse or masked parameter, in the order of their rows. */
  private static void visit(Parameter parameter, Place place) {
    var topology = parameter.topology();
    var masked = parameter.storage() == Storage.MASKED;
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        var position = row * topology.columns() + topology.column(p);
        place.at(position, masked ? position : p);
      }
    }
  }

  /** All weights of {@code stored}, one of the parameter's arrays; those not kept are zero. */
  static float[] scatter(Parameter parameter, float[] stored) {
    if (parameter.storage() != Storage.SPARSE) {
      return stored;
    }
    var dense = new float[denseSize(parameter)];
    visit(parameter, (position, p) -> dense[position] = stored[p]);
    return dense;
  }

  /** The same in double precision. */
  static double[] scatter(Parameter parameter, double[] stored) {
    if (parameter.storage() != Storage.SPARSE) {
      return stored;
    }
    var dense = new double[denseSize(parameter)];
    visit(parameter, (position, p) -> dense[position] = stored[p]);
    return dense;
  }

  /** Brings those of all weights that the parameter keeps into one of its arrays. */
  static void gather(Parameter parameter, float[] dense, float[] stored) {
    if (parameter.storage() == Storage.SPARSE) {
      visit(parameter, (position, p) -> stored[p] = dense[position]);
    } else {
      System.arraycopy(dense, 0, stored, 0, stored.length);
    }
  }

  /** Those of all weights that the parameter keeps, in the order of its arrays. */
  static double[] gather(Parameter parameter, double[] dense) {
    if (parameter.storage() != Storage.SPARSE) {
      return dense;
    }
    var stored = new double[parameter.stored()];
    visit(parameter, (position, p) -> stored[p] = dense[position]);
    return stored;
  }

  /** What a network reads of a parameter, in the order of its arrays: absent weights are zero. */
  static double[] effective(Parameter parameter) {
    var values = parameter.values();
    var effective = new double[values.length];
    if (parameter.storage() == Storage.MASKED) {
      visit(parameter, (_, p) -> effective[p] = values[p]);
    } else {
      Arrays.setAll(effective, p -> values[p]);
    }
    return effective;
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
    var absent = new byte[denseSize(parameter)];
    Arrays.fill(absent, (byte) 1);
    visit(parameter, (position, _) -> absent[position] = 0);
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

  /** A tensor of {@code values} in double precision, on the CPU. */
  static Tensor write(double[] values, long... shape) {
    var tensor = torch.zeros(shape, new TensorOptions(ScalarType.Double));
    tensor.data_ptr_double().put(values, 0, values.length);
    return tensor;
  }

  /** The values of a tensor of any type in double precision, in the order of its indices. */
  static double[] readDoubles(Tensor tensor) {
    var values = new double[Math.toIntExact(tensor.numel())];
    tensor.detach().cpu().to(ScalarType.Double).contiguous().data_ptr_double().get(values);
    return values;
  }
}
