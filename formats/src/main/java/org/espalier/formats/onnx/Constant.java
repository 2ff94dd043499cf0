package org.espalier.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.engine.parameter.Storage;

/** A tensor that an ONNX graph holds: weights, or the whole numbers that steer an operator. */
sealed interface Constant {

  /** Extents, outermost first; none for a scalar. */
  List<Integer> shape();

  /** The same elements, row-major, in another shape of the same size. */
  Constant reshaped(List<Integer> shape);

  /** Number of elements, absent ones included. */
  static long size(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Whole numbers, row-major. */
  record Integers(List<Integer> shape, long[] values) implements Constant {
    static Integers of(long... values) {
      return new Integers(List.of(values.length), values);
    }

    @Override
    public Integers reshaped(List<Integer> shape) {
      return new Integers(shape, values);
    }
  }

  /** Floats, dense or sparse. */
  sealed interface Floats extends Constant {

    /** What a parameter that holds them is stored as. */
    Storage storage();

    @Override
    Floats reshaped(List<Integer> shape);

    /** The floats that are held: all of them, or those at the positions of a sparse tensor. */
    float[] values();

    /** All elements, row-major. */
    float[] dense();

    /** Each element moved to the index that {@code moves} gives for its own; injective. */
    Floats moved(List<Integer> shape, Moves moves);

    /** Axes in another order: axis {@code order.get(i)} becomes axis i. */
    default Floats transposed(List<Integer> order) {
      var extents = order.stream().map(shape()::get).toList();
      var strides = new long[order.size()]; // in the result, by axis of this tensor
      var stride = 1L;
      for (var axis = order.size() - 1; axis >= 0; axis--) {
        strides[order.get(axis)] = stride;
        stride *= extents.get(axis);
      }
      return moved(extents, index -> strided(index, shape(), strides));
    }

    /** Each element times {@code factor}. */
    default Floats scaled(float factor) {
      if (factor == 1) {
        return this;
      }
      var copy = moved(shape(), index -> index);
      for (var i = 0; i < copy.values().length; i++) {
        copy.values()[i] *= factor;
      }
      return copy;
    }

    private static long strided(long index, List<Integer> shape, long[] strides) {
      var rest = index;
      var moved = 0L;
      for (var axis = strides.length - 1; axis >= 0; axis--) {
        moved += rest % shape.get(axis) * strides[axis];
        rest /= shape.get(axis);
      }
      return moved;
    }
  }

  /** From an index into a flattened tensor to another. */
  interface Moves {
    long of(long index);
  }

  /** All elements, row-major. */
  record Dense(List<Integer> shape, float[] values) implements Floats {
    @Override
    public Storage storage() {
      return Storage.DENSE;
    }

    @Override
    public Dense reshaped(List<Integer> shape) {
      return new Dense(shape, values);
    }

    @Override
    public float[] dense() {
      return values;
    }

    @Override
    public Dense moved(List<Integer> shape, Moves moves) {
      var result = new float[Math.toIntExact(size(shape))];
      for (var i = 0; i < values.length; i++) {
        result[Math.toIntExact(moves.of(i))] = values[i];
      }
      return new Dense(shape, result);
    }
  }

  /**
   * Some elements, the others zero.
   *
   * @param positions indices into the flattened tensor, ascending
   */
  record Sparse(List<Integer> shape, long[] positions, float[] values) implements Floats {
    @Override
    public Storage storage() {
      return Storage.SPARSE;
    }

    @Override
    public Sparse reshaped(List<Integer> shape) {
      return new Sparse(shape, positions, values);
    }

    @Override
    public float[] dense() {
      var dense = new float[Math.toIntExact(size(shape))];
      for (var i = 0; i < values.length; i++) {
        dense[Math.toIntExact(positions[i])] = values[i];
      }
      return dense;
    }

    @Override
    public Sparse moved(List<Integer> shape, Moves moves) {
      var targets = Arrays.stream(positions).map(moves::of).toArray();
      var order =
          IntStream.range(0, targets.length)
              .boxed()
              .sorted((a, b) -> Long.compare(targets[a], targets[b]))
              .mapToInt(Integer::intValue)
              .toArray();
      var sorted = new long[order.length];
      var held = new float[order.length];
      for (var i = 0; i < order.length; i++) {
        sorted[i] = targets[order[i]];
        held[i] = values[order[i]];
      }
      return new Sparse(shape, sorted, held);
    }
  }
}
