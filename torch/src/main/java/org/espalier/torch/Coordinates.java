package org.espalier.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;

/**
 * The parameters of a network as tensors of one type on one device: some of them coordinates, by
 * which one differentiates, the others constant.
 *
 * <p>All tensors belong to the innermost {@code PointerScope}.
 */
final class Coordinates {
  private final Map<String, long[]> shapes;
  private final Device device;
  private final ScalarType type;
  private final List<Parameter> coordinates = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>(); // [coordinate]
  private final Map<String, Tensor> tensors = new HashMap<>();

  /**
   * Uploads all parameters.
   *
   * @param at names the coordinates, and gives their values
   */
  Coordinates(
      Network network, Parameters parameters, ParameterVector at, Device device, ScalarType type) {
    this.shapes = DenseTensors.shapes(network);
    this.device = device;
    this.type = type;
    for (var name : at.names()) {
      var parameter = parameters.of(name);
      if (!parameter.spec().trained()) {
        throw new IllegalArgumentException(name + " is not trained: expected a weight or a bias");
      }
      var leaf = upload(parameter, at.part(name)).set_requires_grad(true);
      coordinates.add(parameter);
      leaves.add(leaf);
      tensors.put(name, leaf);
    }
    for (var parameter : parameters) {
      if (!at.parts().containsKey(parameter.name())) {
        tensors.put(parameter.name(), upload(parameter, DenseTensors.effective(parameter)));
      }
    }
  }

  private Tensor upload(Parameter parameter, double[] stored) {
    if (stored.length != parameter.stored()) {
      throw new IllegalArgumentException(
          "%d values of %s: expected %d"
              .formatted(stored.length, parameter.name(), parameter.stored()));
    }
    var shape = Objects.requireNonNull(shapes.get(parameter.name()), parameter.name());
    return DenseTensors.write(DenseTensors.scatter(parameter, stored), shape).to(device, type);
  }

  /**
   * What the network reads. In training mode running statistics are left out: they are not read,
   * and must not follow.
   */
  Map<String, Tensor> tensors(Mode mode) {
    if (mode == Mode.INFERENCE) {
      return tensors;
    }
    var trained = new HashMap<>(tensors);
    trained.keySet().removeIf(name -> name.endsWith(".running_mean"));
    trained.keySet().removeIf(name -> name.endsWith(".running_var"));
    return trained;
  }

  /**
   * The derivatives of a number by all coordinates; an undefined tensor where it does not depend on
   * one.
   *
   * @param again whether the derivatives will be differentiated in turn
   */
  List<Tensor> derivatives(Tensor number, boolean again) {
    if (!number.requires_grad()) {
      return Collections.nCopies(leaves.size(), new Tensor());
    }
    var found =
        torch.grad(
            new TensorVector(number),
            new TensorVector(leaves.toArray(Tensor[]::new)),
            new TensorVector(),
            new BoolOptional(again),
            again,
            true);
    return List.of(found.get());
  }

  /**
   * Σᵢ gᵢ·vᵢ.
   *
   * @param gradients by coordinate, as {@link #derivatives} gives them
   */
  Tensor dot(List<Tensor> gradients, ParameterVector direction) {
    var sum = torch.zeros(new long[] {}).to(device, type);
    for (var i = 0; i < leaves.size(); i++) {
      if (gradients.get(i).defined()) {
        var parameter = coordinates.get(i);
        var part = upload(parameter, direction.part(parameter.name()));
        sum = sum.add(gradients.get(i).mul(part).sum());
      }
    }
    return sum;
  }

  /** Brings derivatives to the host. */
  ParameterVector read(List<Tensor> derivatives) {
    var parts = new LinkedHashMap<String, double[]>();
    for (var i = 0; i < coordinates.size(); i++) {
      var parameter = coordinates.get(i);
      var derivative = derivatives.get(i);
      parts.put(
          parameter.name(),
          derivative.defined()
              ? DenseTensors.gather(parameter, DenseTensors.readDoubles(derivative))
              : new double[parameter.stored()]);
    }
    return new ParameterVector(parts);
  }
}
