package org.espalier.torch;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine.Options;
import org.espalier.engine.executor.EngineProvider;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A network on libtorch. Parameters stay there from step to step, and come home when somebody asks
 * for their arrays.
 */
final class TorchExecutor implements Executor {

  private final Network network;
  private final Parameters parameters;
  private final Options options;
  private final Precision precision;
  private final DeviceType deviceType;
  private final Device device;
  private final TorchGraph graph;
  private final TorchBatch input;
  private final boolean random;
  private final Map<String, TorchParameter> held = new LinkedHashMap<>();
  private final List<TorchParameter> trained;
  private final Map<String, Tensor> tensors = new HashMap<>(); // what the network reads
  private @Nullable Tensor logits; // of the last forward pass
  private @Nullable Tensor loss;
  private @Nullable Tensor differentiable; // the loss with its graph, until the backward pass

  TorchExecutor(
      TorchEngine engine, Network network, Parameters parameters, Loss loss, Options options) {
    this.network = network;
    this.parameters = parameters;
    this.options = options;
    this.precision = engine.precision();
    this.graph = new TorchGraph(network, loss);
    this.random =
        network.nodes().stream()
            .anyMatch(node -> node.layer() instanceof Layer.Dropout(var rate) && rate > 0);
    this.deviceType =
        engine.device() == EngineProvider.Device.CUDA ? DeviceType.CUDA : DeviceType.CPU;
    var format =
        engine.layout() == TorchEngine.Layout.NHWC
            ? MemoryFormat.ChannelsLast
            : MemoryFormat.Contiguous;
    this.input = new TorchBatch(options.batchSize(), network.input(), format);
    try (var _ = new PointerScope()) {
      this.device = new Device(deviceType).retainReference();
      var shapes = DenseTensors.shapes(network);
      for (var parameter : parameters) {
        var tensorOptions = new TensorOptions(device);
        var shape = Objects.requireNonNull(shapes.get(parameter.name()), parameter.name());
        var tensor =
            new TorchParameter(parameter, shape, tensorOptions, format, options.training());
        held.put(parameter.name(), tensor);
        tensors.put(parameter.name(), tensor.leaf());
      }
    }
    this.trained = held.values().stream().filter(t -> t.parameter().spec().trained()).toList();
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int batchSize() {
    return options.batchSize();
  }

  @Override
  public void forward(Batch batch, Mode mode, long iteration) {
    batch.requireFit(network, options.batchSize());
    LibTorch.threads(options.threads());
    forget();
    held.values().forEach(TorchParameter::fetch);
    input.load(batch);
    var training = mode == Mode.TRAINING;
    var tracked = training && options.training();
    try (var _ = new PointerScope();
        var _ = new AutoGradMode(tracked)) {
      if (training && random) {
        torch.manual_seed(
            new Randoms(options.seed()).stream(Purpose.DROPOUT, 0, iteration).nextLong());
      }
      var scores = logits(mode).to(ScalarType.Float);
      var mean = graph.loss(scores, input.labels(device));
      logits = scores.detach().retainReference();
      loss = mean.detach().retainReference();
      differentiable = tracked ? mean.retainReference() : null;
    }
    if (training) {
      held.values().stream()
          .filter(tensor -> !tensor.parameter().spec().trained())
          .forEach(TorchParameter::updated);
    }
  }

  private Tensor logits(Mode mode) {
    if (precision == Precision.FLOAT32) {
      return graph.logits(input.features(device), tensors, mode);
    }
    torch.set_autocast_dtype(deviceType, ScalarType.BFloat16);
    torch.set_autocast_enabled(deviceType, true);
    try {
      return graph.logits(input.features(device), tensors, mode);
    } finally {
      torch.set_autocast_enabled(deviceType, false);
      torch.clear_cache();
    }
  }

  private void forget() {
    close(logits);
    close(loss);
    close(differentiable);
    logits = null;
    loss = null;
    differentiable = null;
  }

  private static void close(@Nullable Tensor tensor) {
    if (tensor != null) {
      tensor.close();
    }
  }

  private static Tensor of(@Nullable Tensor tensor) {
    if (tensor == null) {
      throw new IllegalStateException("no forward pass yet");
    }
    return tensor;
  }

  @Override
  public double loss() {
    return of(loss).item_double();
  }

  @Override
  public int correct() {
    var scores = scores();
    var classes = network.classes();
    var correct = 0;
    for (var sample = 0; sample < input.size(); sample++) {
      var best = 0;
      for (var k = 1; k < classes; k++) {
        if (scores[sample * classes + k] > scores[sample * classes + best]) {
          best = k;
        }
      }
      correct += best == input.label(sample) ? 1 : 0;
    }
    return correct;
  }

  @Override
  public void logits(float[] into) {
    var scores = scores();
    System.arraycopy(scores, 0, into, 0, scores.length);
  }

  private float[] scores() {
    try (var _ = new PointerScope()) {
      return DenseTensors.read(of(logits));
    }
  }

  @Override
  public Map<String, AbsentGradients> backward(Map<String, AbsentGradients.Wanted> wanted) {
    if (differentiable == null) {
      throw new IllegalStateException("backward without a forward pass in training mode");
    }
    requireSparse(wanted.keySet());
    LibTorch.threads(options.threads());
    held.values().forEach(TorchParameter::forgetGradient);
    var found = new HashMap<String, AbsentGradients>();
    try (var _ = new PointerScope()) {
      differentiable.backward();
      for (var tensor : trained) {
        var asked = wanted.get(tensor.parameter().name());
        if (asked != null) {
          found.put(tensor.parameter().name(), tensor.largestAbsent(asked));
        }
        tensor.differentiated();
      }
    }
    close(differentiable);
    differentiable = null;
    return found;
  }

  private void requireSparse(Set<String> wanted) {
    var sparse =
        wanted.stream().filter(name -> parameters.of(name).storage() == Storage.SPARSE).toList();
    if (sparse.size() < wanted.size()) {
      throw new EspalierException(
          "gradients wanted of "
              + wanted
              + ", found those of "
              + sparse
              + ": expected names of sparse weights");
    }
  }

  @Override
  public void update(Optimizer optimizer, double learningRate, long step) {
    LibTorch.threads(options.threads());
    if (!TorchOptimizer.update(optimizer, trained, learningRate, step)) {
      Executor.super.update(optimizer, learningRate, step);
    }
  }

  @Override
  public void finish() {
    if (deviceType == DeviceType.CUDA) {
      torch.cuda_synchronize();
    }
  }

  /**
   * Bytes in libtorch's memory: all weights, absent ones too, and as activations what the layers
   * write for the largest batch; libtorch does not say what it takes beside that.
   */
  @Override
  public Footprint footprint() {
    var values = 0L;
    var gradients = 0L;
    var optimizer = 0L;
    var indices = 0L;
    for (var tensor : held.values()) {
      values += tensor.valueBytes();
      gradients += tensor.gradientBytes();
      optimizer += tensor.slotBytes();
      indices += tensor.indexBytes();
    }
    var outputs =
        network.nodes().stream()
            .filter(node -> !(node.layer() instanceof Layer.Flatten))
            .mapToLong(node -> node.output().size())
            .sum();
    var activations = 4L * options.batchSize() * (network.input().size() + outputs);
    return new Footprint(values, gradients, optimizer, indices, activations);
  }

  @Override
  public void close() {
    forget();
    held.values().forEach(TorchParameter::close);
    input.close();
    device.close();
  }
}
