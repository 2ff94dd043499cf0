package org.espalier.torch;

import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;

/**
 * Compiles networks to libtorch, which knows dense tensors only: absent weights are zeros there,
 * and cost what others cost.
 *
 * <p>Optimizer state and weights are float32 whatever the precision. Results depend on the number
 * of threads in their last bits, as libtorch's do.
 *
 * @param precision {@code BFLOAT16} multiplies in that type under libtorch's autocast
 * @param layout of images in memory
 */
public record TorchEngine(Device device, Precision precision, Layout layout) implements Engine {
  public static final String NAME = "torch";

  /** Order of an image in memory. */
  public enum Layout {
    /** Channel by channel, libtorch's default. */
    NCHW,
    /** Pixel by pixel ("channels last"), which some convolutions prefer. */
    NHWC
  }

  /**
   * Loads libtorch.
   *
   * @throws org.espalier.engine.EspalierException if it is not there or sees no such device
   */
  public TorchEngine {
    LibTorch.require(device);
  }

  /** In float32 on the CPU. */
  public TorchEngine() {
    this(Device.CPU, Precision.FLOAT32, Layout.NCHW);
  }

  /**
   * Sets the threads of libtorch's calls outside of executors, which set their own; the number
   * belongs to the process.
   */
  public void useThreads(int count) {
    LibTorch.threads(count);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Executor compile(Network network, Parameters parameters, Loss loss, Options options) {
    return new TorchExecutor(this, network, parameters, loss, options);
  }
}
