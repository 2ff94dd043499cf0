package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Shape;
import org.espalier.torch.TorchEngine;

/** A dense layer on libtorch alone: forward and the gradients that training asks of it. */
final class TorchLayer implements Runnable, AutoCloseable {
  private static final long[] ONE = {1, 1};

  private final ProductLayer layer;
  private final List<Pointer> held = new ArrayList<>();
  private final Tensor x;
  private final Tensor weight;
  private final TensorOptional bias;
  private final TensorVector wanted;
  private final TensorVector outputGradient;

  /** The layer on random weights and a random batch. */
  TorchLayer(ProductLayer layer, TorchEngine.Layout layout, int batch, int threads) {
    requireLibrary(layout).useThreads(threads);
    var format =
        layout == TorchEngine.Layout.NHWC ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
    this.layer = layer;
    try (var _ = new PointerScope()) {
      this.x = held(random(format, extents(batch, layer.input())));
      this.weight = held(random(format, weightExtents()));
      this.outputGradient = held(new TensorVector(random(format, extents(batch, layer.output()))));
      this.wanted = held(new TensorVector(weight.set_requires_grad(true)));
      if (!layer.first()) {
        wanted.push_back(x.set_requires_grad(true));
      }
      if (biased()) {
        var shift = torch.randn(layer.output().channels()).set_requires_grad(true);
        wanted.push_back(shift);
        this.bias = held(new TensorOptional(shift));
      } else {
        this.bias = held(new TensorOptional());
      }
    }
  }

  /** Outlives the scope it was made in, until this is closed. */
  private <P extends Pointer> P held(P pointer) {
    pointer.retainReference();
    held.add(pointer);
    return pointer;
  }

  /** Fails in one line where libtorch is not part of this build. */
  static TorchEngine requireLibrary(TorchEngine.Layout layout) {
    return new TorchEngine(Device.CPU, Precision.FLOAT32, layout);
  }

  private static Tensor random(MemoryFormat format, long... extents) {
    var tensor = torch.randn(extents);
    return extents.length == 4 ? tensor.contiguous(format) : tensor;
  }

  private static long[] extents(int batch, Shape shape) {
    return shape.flat()
        ? new long[] {batch, shape.channels()}
        : new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }

  private long[] weightExtents() {
    return switch (layer.layer()) {
      case Layer.Conv2d conv ->
          new long[] {
            conv.channels(), layer.input().channels() / conv.groups(), conv.kernel(), conv.kernel()
          };
      default -> new long[] {layer.output().channels(), layer.input().size()};
    };
  }

  private boolean biased() {
    return switch (layer.layer()) {
      case Layer.Conv2d conv -> conv.bias();
      case Layer.Linear linear -> linear.bias();
      default -> false;
    };
  }

  @Override
  public void run() {
    try (var _ = new PointerScope()) {
      var outputs = new TensorVector(forward());
      torch.grad(outputs, wanted, outputGradient, new BoolOptional(false), false, false);
    }
  }

  private Tensor forward() {
    return switch (layer.layer()) {
      case Layer.Conv2d conv ->
          torch.conv2d(
              x, weight, bias, pair(conv.stride()), pair(conv.padding()), ONE, conv.groups());
      default -> torch.linear(x, weight, bias);
    };
  }

  private static long[] pair(int extent) {
    return new long[] {extent, extent};
  }

  @Override
  public void close() {
    held.forEach(Pointer::close);
  }
}
