package org.espalier.engine.executor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.engine.EspalierException;
import org.espalier.engine.memory.AlignedMemory;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.jspecify.annotations.Nullable;

/**
 * Turns a network into operations over planned memory.
 *
 * <p>Activations live as long as the executor, since backward passes read them; without any, until
 * their last reader has run. A gradient lives from the first consumer that writes it, in backward
 * order, to the operation that uses it up; tensors of one geometry take turns in the same memory,
 * whose zero borders thereby stay zero. Where a sum's gradient is that of an input too, the input
 * takes it over.
 */
final class Compiler {
  private final GraphPlan plan;
  private final Parameters parameters;
  private final Engine.Options options;
  private final AlignedMemory memory;
  private final Pass pass;
  private final Workspace workspace = new Workspace();
  private final Map<String, Tensor> values = new HashMap<>();
  private final Map<String, Tensor> gradients = new HashMap<>();
  private final Map<Tensor.Geometry, Deque<Tensor>> idle = new HashMap<>();
  private final Map<String, List<Slot>> slots = new HashMap<>();

  Compiler(
      Network network,
      Parameters parameters,
      Engine.Options options,
      AlignedMemory memory,
      Pass pass) {
    this.plan = new GraphPlan(network, pass.kernels().lanes(), options.batchSize());
    this.parameters = parameters;
    this.options = options;
    this.memory = memory;
    this.pass = pass;
    network.classes(); // or there is none to compile
    values.put(Network.INPUT, allocate(plan.geometry(Network.INPUT)));
    if (options.training()) {
      parameters.forEach(Parameter::gradients); // allocated now: threads will ask for them
      for (var node : plan.operations()) {
        values.put(node.name(), allocate(plan.geometry(node.name())));
      }
      planGradients();
    } else {
      planTurns();
      forgetGradients();
    }
  }

  private Tensor allocate(Tensor.Geometry geometry) {
    return new Tensor(geometry, memory.allocate(geometry.bytes()).address());
  }

  private void planGradients() {
    Set<String> written = new HashSet<>();
    gradients.put(plan.output(), borrow(plan.geometry(plan.output())));
    written.add(plan.output());
    for (var node : plan.operations().reversed()) {
      if (!written.contains(node.name())) {
        throw new EspalierException("nothing reads the output of " + node.name());
      }
      var used = gradients.get(node.name());
      var inputs = new ArrayList<Slot>();
      for (var input : plan.inputs(node)) {
        var accumulate = !written.add(input);
        if (plan.trained(input) && !gradients.containsKey(input)) {
          if (used != null && inherits(node, input)) {
            gradients.put(input, used);
            used = null;
          } else {
            gradients.put(input, borrow(plan.geometry(input)));
          }
        }
        inputs.add(new Slot(value(input), gradients.get(input), accumulate));
      }
      slots.put(node.name(), inputs);
      if (used != null) {
        giveBack(node.name(), used);
      }
    }
  }

  /** Whether the gradient of a sum can become that of an input as it lies. */
  private boolean inherits(Node sum, String input) {
    return plan.addend(sum, input) && plan.geometry(input).equals(plan.geometry(sum.name()));
  }

  private void giveBack(String owner, Tensor tensor) {
    idle.computeIfAbsent(plan.geometry(owner), _ -> new ArrayDeque<>()).push(tensor);
  }

  /** The activations of inference: what is small stays in cache. */
  private void planTurns() {
    var lastReader = new HashMap<String, String>();
    for (var node : plan.operations()) {
      plan.inputs(node).forEach(input -> lastReader.put(input, node.name()));
    }
    for (var node : plan.operations()) {
      values.put(node.name(), borrow(plan.geometry(node.name())));
      plan.inputs(node).stream()
          .distinct()
          .filter(owner -> node.name().equals(lastReader.get(owner)))
          .forEach(owner -> giveBack(owner, value(owner)));
    }
  }

  private Tensor borrow(Tensor.Geometry geometry) {
    var free = idle.get(geometry);
    return free == null || free.isEmpty() ? allocate(geometry) : free.pop();
  }

  private void forgetGradients() {
    for (var node : plan.operations()) {
      slots.put(
          node.name(),
          plan.inputs(node).stream().map(input -> new Slot(value(input), null, false)).toList());
    }
  }

  Tensor input() {
    return value(Network.INPUT);
  }

  Tensor logits() {
    return value(plan.output());
  }

  Tensor logitsGradient() {
    return gradient(plan.output());
  }

  Workspace workspace() {
    return workspace;
  }

  private Tensor value(String owner) {
    var tensor = values.get(owner);
    if (tensor == null) {
      throw new IllegalStateException("no activation of " + owner);
    }
    return tensor;
  }

  /** The gradient of what {@code owner} writes; an executor for inference never touches it. */
  private Tensor gradient(String owner) {
    var tensor = gradients.get(owner);
    return tensor == null ? value(owner) : tensor;
  }

  /** Names of the nodes that {@link #operations} compute, in their order. */
  List<String> nodes() {
    return plan.operations().stream().map(Node::name).toList();
  }

  List<Operation> operations() {
    return plan.operations().stream().map(this::compile).toList();
  }

  private Operation compile(Node node) {
    var inputs = slots.getOrDefault(node.name(), List.of());
    var input = inputs.getFirst();
    var y = value(node.name());
    var dy = gradient(node.name());
    var relu = plan.rectified(node.name());
    return switch (node.layer()) {
      case Layer.Linear(_, var bias) -> product(node, 1, 1, 0, bias, input, y, dy);
      case Layer.Conv2d conv ->
          product(node, conv.kernel(), conv.stride(), conv.padding(), conv.bias(), input, y, dy);
      case Layer.BatchNorm norm ->
          new Normalisation(
              norm,
              new Normalisation.Tensors(
                  parameters.of(node.name() + ".weight"),
                  parameters.of(node.name() + ".bias"),
                  parameters.of(node.name() + ".running_mean"),
                  parameters.of(node.name() + ".running_var")),
              relu,
              input,
              inputs.size() > 1 ? inputs.getLast() : null,
              y,
              dy,
              pass);
      case Layer.Relu() -> new Relu(input, y, dy, pass);
      case Layer.Add() -> new Addition(inputs, relu, y, dy, pass);
      case Layer.PadChannels(var before, _) -> new ChannelPadding(before, input, y, dy, pass);
      case Layer.Flatten() -> new Flattening(input, y, dy, pass);
      case Layer.MaxPool2d(var kernel, var stride, var padding) ->
          new Pooling(
              new Pooling.Window(true, kernel, kernel, stride, padding),
              input,
              y,
              dy,
              padded(input, padding),
              pass);
      case Layer.AvgPool2d(var kernel, var stride, var padding) ->
          new Pooling(
              new Pooling.Window(false, kernel, kernel, stride, padding),
              input,
              y,
              dy,
              padded(input, padding),
              pass);
      case Layer.GlobalAvgPool() -> {
        var shape = input.value().shape();
        yield new Pooling(
            new Pooling.Window(false, shape.height(), shape.width(), 1, 0),
            input,
            y,
            dy,
            null,
            pass);
      }
      case Layer.Dropout(var rate) ->
          new Dropout(
              rate,
              new Randoms(options.seed()).stream(Purpose.DROPOUT, node.name(), 0).nextLong(),
              input,
              y,
              dy,
              forTraining(new Tensor.Geometry(y.shape(), 0, y.lanes(), y.groups()), y),
              pass);
    };
  }

  private Pooling.@Nullable Padded padded(Slot input, int padding) {
    if (padding == 0) {
      return null;
    }
    var x = input.value();
    var geometry = new Tensor.Geometry(x.shape(), padding, x.lanes(), x.groups());
    var value = allocate(geometry);
    return new Pooling.Padded(value, forTraining(geometry, value));
  }

  /** A tensor that inference never touches, and for which any other does there. */
  private Tensor forTraining(Tensor.Geometry geometry, Tensor other) {
    return options.training() ? allocate(geometry) : other;
  }

  private Product product(
      Node node,
      int kernel,
      int stride,
      int padding,
      boolean bias,
      Slot input,
      Tensor y,
      Tensor dy) {
    var weight = parameters.of(node.name() + ".weight");
    @Nullable Parameter shift = bias ? parameters.of(node.name() + ".bias") : null;
    var geometry = new ProductGeometry(weight.spec(), kernel, stride, padding, input.value(), y);
    var epilogue = new Bias(shift, plan.rectified(node.name()), y, dy, pass);
    return weight.storage() == Storage.DENSE && weight.spec().groups() == 1
        ? new DenseProduct(geometry, weight, epilogue, input, dy, pass)
        : new SparseProduct(geometry, weight, epilogue, input, dy, workspace, pass);
  }
}
