package org.espalier.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.LargestGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.jspecify.annotations.Nullable;

/**
 * One parameter where libtorch can use it: all its weights, absent ones zero, with gradient and
 * optimizer slots.
 *
 * <p>While {@code current}, the tensors here are the parameter, which is lent; somebody who asks
 * the parameter for its arrays brings them home, and the next {@link #fetch} takes them anew.
 */
final class TorchParameter implements AutoCloseable {
  private static final Tensor[] NO_SLOTS = {};

  private final Parameter parameter;
  private final long[] shape;
  private final Tensor value;
  private final @Nullable Tensor active; // [as value], absent ones zero, of a masked parameter
  private Tensor[] slots = NO_SLOTS;
  private @Nullable Tensor absent; // [as value], where not all weights are active
  private int version = -1;
  private boolean current;
  private boolean valueAhead; // of the parameter's arrays, slots included
  private boolean gradientAhead;

  TorchParameter(
      Parameter parameter,
      long[] shape,
      TensorOptions options,
      MemoryFormat format,
      boolean trained) {
    this.parameter = parameter;
    this.shape = shape;
    DenseTensors.denseSize(parameter);
    try (var _ = new PointerScope()) {
      var any = shape.length == 4 ? format : MemoryFormat.Contiguous;
      this.value = kept(torch.empty(shape, options, new MemoryFormatOptional(any)));
      this.active = parameter.storage() == Storage.MASKED ? kept(torch.empty_like(value)) : null;
      if (trained && parameter.spec().trained()) {
        leaf().set_requires_grad(true);
      }
    }
  }

  /** Outlives the scope it was made in, until it is closed. */
  static Tensor kept(Tensor tensor) {
    return tensor.retainReference();
  }

  Parameter parameter() {
    return parameter;
  }

  /** What the network reads. */
  Tensor leaf() {
    return active == null ? value : active;
  }

  /** What an optimizer updates. */
  Tensor value() {
    return value;
  }

  Tensor slot(int index) {
    return slots[index];
  }

  /** Its gradient after a backward pass; of the innermost scope. */
  Tensor gradient() {
    return leaf().grad();
  }

  /** Has the tensors here be the parameter. */
  void fetch() {
    if (current) {
      return;
    }
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      if (parameter.storage() != Storage.DENSE && version != parameter.version()) {
        followTopology();
      }
      write(parameter.values(), value);
      if (leaf().grad().defined()) {
        write(parameter.gradients(), leaf().grad());
      }
      ensureSlots();
      for (var i = 0; i < slots.length; i++) {
        write(parameter.slot(i), slots[i]);
      }
      refreshActive();
    }
    valueAhead = false;
    gradientAhead = false;
    current = true;
    parameter.lend(this::bringHome);
  }

  private void write(float[] stored, Tensor into) {
    into.copy_(DenseTensors.write(DenseTensors.scatter(parameter, stored), shape));
  }

  private void followTopology() {
    if (absent != null) {
      absent.close();
    }
    absent = kept(torch.empty_like(value).to(torch.ScalarType.Bool));
    absent.copy_(DenseTensors.absent(parameter).view(shape));
    version = parameter.version();
  }

  private void ensureSlots() {
    if (slots.length != parameter.slots()) {
      closeSlots();
      slots = new Tensor[parameter.slots()];
      for (var i = 0; i < slots.length; i++) {
        slots[i] = kept(torch.zeros_like(value));
      }
    }
  }

  private void refreshActive() {
    if (active == null || absent == null) {
      return;
    }
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      active.copy_(value);
      active.masked_fill_(absent, new Scalar(0.0));
    }
  }

  private void bringHome() {
    current = false;
    try (var _ = new PointerScope()) {
      if (valueAhead) {
        read(value, parameter.values());
        for (var i = 0; i < slots.length; i++) {
          read(slots[i], parameter.slot(i));
        }
      }
      if (gradientAhead) {
        read(leaf().grad(), parameter.gradients());
      }
    }
  }

  private void read(Tensor from, float[] stored) {
    DenseTensors.gather(parameter, DenseTensors.read(from), stored);
  }

  /** Frees the gradient of the step before. */
  void forgetGradient() {
    leaf().mutable_grad().reset();
  }

  /** The largest gradients among absent weights of a sparse parameter, after a backward pass. */
  AbsentGradients largestAbsent(AbsentGradients.Wanted wanted) {
    var blocks = BlockTopology.of(parameter.spec(), parameter.topology(), wanted.block());
    var dense = DenseTensors.read(leaf().grad());
    var largest = new LargestGradients(parameter.name(), wanted.count());
    blocks.offer(0, parameter.spec().rows(), dense, new float[blocks.grid().columns()], largest);
    return largest.result();
  }

  /** Takes note of a backward pass: absent weights of a sparse parameter have no gradient. */
  void differentiated() {
    if (parameter.storage() == Storage.SPARSE && absent != null) {
      leaf().grad().masked_fill_(absent, new Scalar(0.0));
    }
    gradientAhead = true;
  }

  /** Takes note of new values, and of slots if there are any. */
  void updated() {
    valueAhead = true;
    refreshActive();
  }

  /** Gives the parameter {@code count} slots unless it has them, and fetches what is not here. */
  void prepare(int count) {
    if (parameter.slots() != count) {
      parameter.slots(count);
    }
    fetch();
  }

  long valueBytes() {
    return value.nbytes() + (active == null ? 0 : active.nbytes());
  }

  long gradientBytes() {
    return leaf().requires_grad() ? leaf().nbytes() : 0;
  }

  long slotBytes() {
    return slots.length * value.nbytes();
  }

  long indexBytes() {
    return absent == null ? 0 : absent.nbytes();
  }

  private void closeSlots() {
    for (var slot : slots) {
      slot.close();
    }
    slots = NO_SLOTS;
  }

  /** Brings home what is lent and frees the tensors. */
  @Override
  public void close() {
    if (current) {
      parameter.values();
    }
    closeSlots();
    if (absent != null) {
      absent.close();
    }
    if (active != null) {
      active.close();
    }
    value.close();
  }
}
