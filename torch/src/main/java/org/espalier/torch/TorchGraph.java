package org.espalier.torch;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Node;

/**
 * A network and its loss as a function of tensors, on whatever device and in whatever type they
 * are; libtorch differentiates through it as often as one likes.
 *
 * <p>Everything it makes belongs to the innermost {@code PointerScope}.
 */
final class TorchGraph {
  private static final long[] ONE = {1, 1};
  private static final long MEAN = 1; // libtorch's number of that reduction
  private static final long NO_INDEX = -100; // no label is left out

  private final Network network;
  private final Loss loss;

  TorchGraph(Network network, Loss loss) {
    network.classes(); // or there is no loss
    this.network = network;
    this.loss = loss;
  }

  Network network() {
    return network;
  }

  /**
   * The logits {@code [sample][class]}.
   *
   * <p>In training batch statistics normalise, running statistics that are among the tensors follow
   * them in place, and dropout takes its bits from libtorch's global generator.
   *
   * @param input {@code [sample][channel][height][width]}, or {@code [sample][feature]}
   * @param tensors weights and other parameters by name, shaped as in PyTorch
   */
  Tensor logits(Tensor input, Map<String, Tensor> tensors, Mode mode) {
    var pass = new Pass(tensors, mode == Mode.TRAINING, new HashMap<>());
    pass.values.put(Network.INPUT, input);
    for (var node : network.nodes()) {
      pass.values.put(node.name(), pass.compute(node));
    }
    return flat(pass.value(network.nodes().getLast().name()));
  }

  /** Mean loss over the samples. */
  Tensor loss(Tensor logits, Tensor labels) {
    return switch (loss) {
      case Loss.CrossEntropy(var smoothing) ->
          torch.cross_entropy_loss(logits, labels, new TensorOptional(), MEAN, NO_INDEX, smoothing);
      case Loss.MeanSquaredError() ->
          torch.mse_loss(
              logits, torch.one_hot(labels, network.classes()).to(logits.scalar_type()), MEAN);
    };
  }

  /** Features, {@code [sample][feature]}, of a tensor whose pixels may be one. */
  private static Tensor flat(Tensor x) {
    return x.dim() == 2 ? x : x.flatten(1, 3);
  }

  /** An image, be it of one pixel. */
  private static Tensor image(Tensor x) {
    return x.dim() == 4 ? x : x.unsqueeze(2).unsqueeze(3);
  }

  /** One way through the network. */
  private record Pass(Map<String, Tensor> tensors, boolean training, Map<String, Tensor> values) {

    Tensor value(String node) {
      return Objects.requireNonNull(values.get(node), node);
    }

    private Tensor tensor(Node node, String name) {
      var tensor = tensors.get(node.name() + "." + name);
      if (tensor == null) {
        throw new IllegalArgumentException("no tensor " + node.name() + "." + name);
      }
      return tensor;
    }

    private TensorOptional optional(Node node, String name) {
      var tensor = tensors.get(node.name() + "." + name);
      return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }

    Tensor compute(Node node) {
      var x = value(node.inputs().getFirst());
      return switch (node.layer()) {
        case Layer.Linear(_, var bias) -> linear(node, bias, flat(x));
        case Layer.Conv2d conv -> convolve(node, conv, image(x));
        case Layer.BatchNorm norm -> normalise(node, norm, x);
        case Layer.Relu() -> torch.relu(x);
        case Layer.MaxPool2d(var kernel, var stride, var padding) ->
            torch.max_pool2d(image(x), pair(kernel), pair(stride), pair(padding), ONE, false);
        case Layer.AvgPool2d(var kernel, var stride, var padding) ->
            torch.avg_pool2d(
                image(x),
                pair(kernel),
                pair(stride),
                pair(padding),
                false,
                true,
                new LongOptional());
        case Layer.GlobalAvgPool() -> torch.adaptive_avg_pool2d(image(x), ONE);
        case Layer.PadChannels(var before, var after) ->
            torch.constant_pad_nd(image(x), new long[] {0, 0, 0, 0, before, after});
        case Layer.Flatten() -> x.dim() == 2 ? x : x.flatten(1, 3);
        case Layer.Dropout(var rate) -> torch.dropout(x, rate, training);
        case Layer.Add() -> sum(node);
      };
    }

    private static long[] pair(int extent) {
      return new long[] {extent, extent};
    }

    private Tensor linear(Node node, boolean bias, Tensor x) {
      var weight = tensor(node, "weight");
      return torch.linear(
          x, weight, bias ? new TensorOptional(tensor(node, "bias")) : new TensorOptional());
    }

    private Tensor convolve(Node node, Layer.Conv2d conv, Tensor x) {
      return torch.conv2d(
          x,
          tensor(node, "weight"),
          conv.bias() ? new TensorOptional(tensor(node, "bias")) : new TensorOptional(),
          pair(conv.stride()),
          pair(conv.padding()),
          ONE,
          conv.groups());
    }

    private Tensor normalise(Node node, Layer.BatchNorm norm, Tensor x) {
      // Of one value there is no unbiased variance: libtorch's running variance would be NaN.
      var single = training && x.numel() == x.size(1);
      var y =
          torch.batch_norm(
              x,
              new TensorOptional(tensor(node, "weight")),
              new TensorOptional(tensor(node, "bias")),
              single ? new TensorOptional() : optional(node, "running_mean"),
              single ? new TensorOptional() : optional(node, "running_var"),
              training,
              norm.momentum(),
              norm.epsilon(),
              true);
      if (single) {
        followSingle(node, norm, x);
      }
      return y;
    }

    private void followSingle(Node node, Layer.BatchNorm norm, Tensor x) {
      try (var _ = new NoGradGuard()) {
        var mean = tensors.get(node.name() + ".running_mean");
        if (mean != null) {
          mean.lerp_(x.detach().flatten(), new Scalar(norm.momentum()));
        }
        var variance = tensors.get(node.name() + ".running_var");
        if (variance != null) {
          variance.mul_(new Scalar(1 - norm.momentum()));
        }
      }
    }

    private Tensor sum(Node node) {
      var first = value(node.inputs().getFirst());
      var total = first;
      for (var name : node.inputs().subList(1, node.inputs().size())) {
        var term = value(name);
        total = total.dim() == term.dim() ? total.add(term) : image(total).add(image(term));
      }
      return total;
    }
  }
}
