package org.espalier.engine.network;

import java.util.List;
import org.espalier.engine.network.ParameterSpec.Role;

/**
 * One named layer in a network.
 *
 * @param inputs names of earlier nodes; {@link Network#INPUT} is the sample itself
 * @param output inferred shape of what it computes
 */
public record Node(String name, Layer layer, List<String> inputs, Shape output) {
  public Node {
    inputs = List.copyOf(inputs);
  }

  /** The tensors of this node when its first input has the shape {@code in}. */
  List<ParameterSpec> parameters(Shape in) {
    return switch (layer) {
      case Layer.Linear(var outputs, var bias) ->
          weightAndBias(
              new ParameterSpec(name + ".weight", Role.WEIGHT, outputs, in.channels(), 1, 1, 1),
              bias);
      case Layer.Conv2d conv ->
          weightAndBias(
              new ParameterSpec(
                  name + ".weight",
                  Role.WEIGHT,
                  conv.channels(),
                  in.channels() / conv.groups(),
                  conv.kernel(),
                  conv.kernel(),
                  conv.groups()),
              conv.bias());
      case Layer.BatchNorm _ ->
          List.of(
              vector("weight", Role.NORM_SCALE, in.channels()),
              vector("bias", Role.NORM_SHIFT, in.channels()),
              vector("running_mean", Role.RUNNING_MEAN, in.channels()),
              vector("running_var", Role.RUNNING_VARIANCE, in.channels()));
      case Layer.Relu _,
          Layer.MaxPool2d _,
          Layer.AvgPool2d _,
          Layer.GlobalAvgPool _,
          Layer.Add _,
          Layer.PadChannels _,
          Layer.Flatten _,
          Layer.Dropout _ ->
          List.of();
    };
  }

  private List<ParameterSpec> weightAndBias(ParameterSpec weight, boolean bias) {
    return bias ? List.of(weight, vector("bias", Role.BIAS, weight.outputs())) : List.of(weight);
  }

  private ParameterSpec vector(String tensor, Role role, int size) {
    return ParameterSpec.vector(name + "." + tensor, role, size);
  }
}
