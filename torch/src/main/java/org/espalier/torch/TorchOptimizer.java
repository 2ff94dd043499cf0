package org.espalier.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;

/**
 * The engine's optimizers by libtorch's fused kernels, which go over the weights once.
 *
 * <p>The rules are those of {@link Sgd} and {@link Adam}; but libtorch computes with constants in
 * double precision, and does not flush to zero what is too small to matter.
 */
final class TorchOptimizer {
  private TorchOptimizer() {}

  /** Updates all of {@code trained}; false, and nothing done, for an optimizer not known here. */
  static boolean update(
      Optimizer optimizer, List<TorchParameter> trained, double learningRate, long step) {
    switch (optimizer) {
      case Sgd sgd -> {
        prepare(trained, sgd);
        byDecay(trained, sgd.weightDecay())
            .forEach((decay, group) -> descend(sgd, group, learningRate, decay));
      }
      case Adam adam -> {
        prepare(trained, adam);
        byDecay(trained, adam.weightDecay())
            .forEach((decay, group) -> adapt(adam, group, learningRate, decay, step));
      }
      default -> {
        return false;
      }
    }
    trained.forEach(TorchParameter::updated);
    return true;
  }

  private static void prepare(List<TorchParameter> trained, Optimizer optimizer) {
    for (var parameter : trained) {
      parameter.prepare(optimizer.slots());
    }
  }

  /** The kernels take one decay for all of their tensors. */
  private static Map<Double, List<TorchParameter>> byDecay(
      List<TorchParameter> trained, WeightDecay decay) {
    var groups = new TreeMap<Double, List<TorchParameter>>();
    for (var parameter : trained) {
      groups
          .computeIfAbsent(decay.of(parameter.parameter()), _ -> new ArrayList<>())
          .add(parameter);
    }
    return groups;
  }

  /** {@code aten::_fused_sgd_}, without dampening; a first step is not special: slots are zero. */
  private static void descend(Sgd sgd, List<TorchParameter> group, double rate, double decay) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      call(
          "aten::_fused_sgd_",
          list(group, TorchParameter::value),
          list(group, TorchParameter::gradient),
          sgd.slots() == 0 ? list(List.of(), TorchParameter::value) : slots(group, 0),
          new IValue(decay),
          new IValue(sgd.momentum()),
          new IValue(rate),
          new IValue(0.0), // dampening
          new IValue(sgd.nesterov()),
          new IValue(false), // maximise
          new IValue(false), // first step
          new IValue(), // scale of the gradients
          new IValue()); // found an infinity
    }
  }

  /** {@code aten::_fused_adam_} or {@code aten::_fused_adamw_}. */
  private static void adapt(
      Adam adam, List<TorchParameter> group, double rate, double decay, long step) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      var options = new TensorOptions(group.getFirst().value().device());
      var steps = torch.full(new long[] {}, new Scalar(step + 1.0), options);
      call(
          adam.decoupled() ? "aten::_fused_adamw_" : "aten::_fused_adam_",
          list(group, TorchParameter::value),
          list(group, TorchParameter::gradient),
          slots(group, 0),
          slots(group, 1),
          list(List.of(), TorchParameter::value), // largest squares, of another variant
          list(group, _ -> steps),
          new IValue(rate),
          new IValue(adam.beta1()),
          new IValue(adam.beta2()),
          new IValue(decay),
          new IValue(adam.epsilon()),
          new IValue(false), // that variant
          new IValue(false), // maximise
          new IValue(), // scale of the gradients
          new IValue()); // found an infinity
    }
  }

  /** Calls by name what libtorch's header for optimizers does not offer. */
  private static void call(String operator, IValue... arguments) {
    Dispatcher.singleton().findSchemaOrThrow(operator, "").callBoxed(new IValueVector(arguments));
  }

  private static IValue slots(List<TorchParameter> group, int index) {
    return list(group, parameter -> parameter.slot(index));
  }

  private static IValue list(List<TorchParameter> group, Function<TorchParameter, Tensor> tensor) {
    var vector = new TensorVector(group.stream().map(tensor).toArray(Tensor[]::new));
    return new IValue(new GenericList(new TensorList(vector))); // one class in libtorch
  }
}
