package org.espalier.torch;

import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;

/**
 * The mean loss of a batch as a function of some of a network's parameters, with its exact
 * derivatives: gradients, products with the Hessian, and the gradient of every sample.
 *
 * <p>The parameters by which one differentiates, and where, are given with each call by a {@link
 * ParameterVector}; all others are as {@code parameters} holds them at that time. Nothing is
 * changed by a call, running statistics included, and nothing stays in native memory after it.
 * Dropout of training mode drops the same units in every call.
 *
 * <p>In training mode batch statistics normalise, and derivatives go through them. At a kink of a
 * ReLU or a maximum derivatives are those that libtorch chooses, one of the two sides'.
 *
 * @param temperature divides the logits before the loss; 1 for the loss itself, 200 in GraSP (Wang
 *     et al. 2020)
 */
public record ExactDerivatives(
    Network network, Parameters parameters, Loss loss, double temperature, Arithmetic arithmetic) {
  private static final long DROPOUT_SEED = 0;

  /**
   * How to compute.
   *
   * @param threads of the CPU
   */
  public record Arithmetic(Device device, Type type, int threads) {
    public Arithmetic {
      if (threads < 1) {
        throw new IllegalArgumentException("threads " + threads + ": expected at least 1");
      }
    }

    /** In double precision on the CPU. */
    public static Arithmetic doubles(int threads) {
      return new Arithmetic(Device.CPU, Type.FLOAT64, threads);
    }
  }

  /** In what numbers to compute; vectors are double on the host in any case. */
  public enum Type {
    FLOAT32,
    FLOAT64
  }

  /** The mean loss of some samples, and its gradient. */
  public record LossGradient(double loss, ParameterVector gradient) {}

  /** Is given the gradient of one sample after the other. */
  @FunctionalInterface
  public interface SampleGradients {
    /** Loss and gradient of sample {@code index} of the batch; the arrays are the receiver's. */
    void accept(int index, LossGradient sample);
  }

  /**
   * Loads libtorch.
   *
   * @throws org.espalier.engine.EspalierException if it is not there or sees no such device
   */
  public ExactDerivatives {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature " + temperature + ": expected above 0");
    }
    LibTorch.require(arithmetic.device());
  }

  /** Of the loss itself. */
  public ExactDerivatives(
      Network network, Parameters parameters, Loss loss, Arithmetic arithmetic) {
    this(network, parameters, loss, 1, arithmetic);
  }

  /** Loss and gradient of a batch at a point. */
  public LossGradient gradient(ParameterVector at, Batch batch, Mode mode) {
    return compute(at, batch, call -> call.gradient(call.loss(mode)));
  }

  /**
   * The product of the Hessian at a point with a direction, by differentiating ⟨∇L, direction⟩
   * (Pearlmutter 1994); about twice the work and memory of a gradient.
   *
   * @param direction of the same parameters as {@code at}
   */
  public ParameterVector hessianTimes(
      ParameterVector direction, ParameterVector at, Batch batch, Mode mode) {
    return compute(
        at,
        batch,
        call -> {
          var coordinates = call.coordinates();
          var gradients = coordinates.derivatives(call.loss(mode), true);
          var slope = coordinates.dot(gradients, direction);
          return coordinates.read(coordinates.derivatives(slope, false));
        });
  }

  /**
   * The gradient of every sample by itself, one at a time, so that no more than one is in memory.
   *
   * <p>In inference mode, always: under batch statistics the loss of one sample depends on the
   * others, and there is no such thing as its gradient. The mean of these gradients is {@link
   * #gradient} in inference mode.
   */
  public void sampleGradients(ParameterVector at, Batch batch, SampleGradients receiver) {
    compute(
        at,
        batch,
        call -> {
          for (var sample = 0; sample < batch.size(); sample++) {
            receiver.accept(sample, call.sampleGradient(sample));
          }
          return batch.size();
        });
  }

  private <T> T compute(ParameterVector at, Batch batch, Function<Call, T> work) {
    batch.requireFit(network, batch.capacity());
    LibTorch.threads(arithmetic.threads());
    var graph = new TorchGraph(network, loss);
    var type = arithmetic.type() == Type.FLOAT64 ? ScalarType.Double : ScalarType.Float;
    var place = arithmetic.device() == Device.CUDA ? DeviceType.CUDA : DeviceType.CPU;
    try (var _ = new PointerScope();
        var _ = new AutoGradMode(true);
        var input = new TorchBatch(batch.size(), network.input(), MemoryFormat.Contiguous)) {
      input.load(batch);
      var device = new org.bytedeco.pytorch.Device(place);
      return work.apply(
          new Call(
              graph,
              temperature,
              new Coordinates(network, parameters, at, device, type),
              input.features(device).to(type),
              input.labels(device)));
    }
  }

  /**
   * What one call has in native memory.
   *
   * @param features {@code [sample][channel][height][width]}, or {@code [sample][feature]}
   * @param labels {@code [sample]}
   */
  private record Call(
      TorchGraph graph,
      double temperature,
      Coordinates coordinates,
      Tensor features,
      Tensor labels) {

    Tensor loss(Mode mode) {
      return loss(features, labels, mode);
    }

    private Tensor loss(Tensor samples, Tensor classes, Mode mode) {
      torch.manual_seed(DROPOUT_SEED);
      var logits = graph.logits(samples, coordinates.tensors(mode), mode);
      return graph.loss(logits.div(new Scalar(temperature)), classes);
    }

    LossGradient gradient(Tensor mean) {
      var derivatives = coordinates.derivatives(mean, false);
      return new LossGradient(mean.item_double(), coordinates.read(derivatives));
    }

    LossGradient sampleGradient(int sample) {
      try (var _ = new PointerScope()) {
        return gradient(
            loss(features.narrow(0, sample, 1), labels.narrow(0, sample, 1), Mode.INFERENCE));
      }
    }
  }
}
