package org.espalier.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Batch;

/** Room for a batch in libtorch's memory. */
final class TorchBatch implements AutoCloseable {
  private final Shape shape;
  private final MemoryFormat format;
  private final Tensor features; // [sample][channel · height · width], on the CPU
  private final Tensor labels; // [sample], on the CPU
  private int size;
  private long[] indices = {}; // [sample]

  TorchBatch(int capacity, Shape shape, MemoryFormat format) {
    this.shape = shape;
    this.format = format;
    try (var _ = new PointerScope()) {
      this.features = TorchParameter.kept(torch.zeros(capacity, shape.size()));
      this.labels =
          TorchParameter.kept(
              torch.zeros(new long[] {capacity}, new TensorOptions(ScalarType.Long)));
    }
  }

  /** Copies a batch; the last one is forgotten. */
  void load(Batch batch) {
    size = batch.size();
    indices = new long[size];
    for (var sample = 0; sample < size; sample++) {
      indices[sample] = batch.labels()[sample];
    }
    try (var _ = new PointerScope()) {
      features.data_ptr_float().put(batch.features(), 0, size * batch.sampleSize());
      labels.data_ptr_long().put(indices, 0, size);
    }
  }

  int size() {
    return size;
  }

  long label(int sample) {
    return indices[sample];
  }

  /** {@code [sample][channel][height][width]}, or {@code [sample][feature]}; of this scope. */
  Tensor features(Device device) {
    var rows = features.narrow(0, 0, size).to(device, ScalarType.Float);
    return shape.flat()
        ? rows
        : rows.view(size, shape.channels(), shape.height(), shape.width()).contiguous(format);
  }

  /** {@code [sample]}; of this scope. */
  Tensor labels(Device device) {
    return labels.narrow(0, 0, size).to(device, ScalarType.Long);
  }

  @Override
  public void close() {
    features.close();
    labels.close();
  }
}
