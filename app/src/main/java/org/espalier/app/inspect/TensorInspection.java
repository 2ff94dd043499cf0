package org.espalier.app.inspect;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.engine.parameter.Parameter;
import org.espalier.formats.SparseTensor;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.Tensor;

/**
 * One tensor of a file.
 *
 * @param shape extents, outermost first
 * @param weight whether it is one of those that methods make sparse
 * @param stored what it takes in the file; empty where the file keeps it in another form
 * @param size number of values, absent ones included
 * @param nonZeros active weights; of a tensor that is stored dense, values other than zero
 * @param maskEntropy of which values are active, in bits per value of the tensor
 * @param valueEntropy of the active values, in bits for each of them, where they are quantised
 * @param histogram of the active values
 */
public record TensorInspection(
    String name,
    List<Integer> shape,
    boolean weight,
    Optional<StoredTensor> stored,
    long size,
    long nonZeros,
    double maskEntropy,
    OptionalDouble valueEntropy,
    Histogram histogram) {

  public TensorInspection {
    shape = List.copyOf(shape);
  }

  static TensorInspection of(
      Parameter parameter, List<Integer> shape, Optional<StoredTensor> stored) {
    return of(
        parameter.name(),
        shape,
        parameter.spec().prunable(),
        stored,
        parameter.spec().size(),
        active(parameter));
  }

  /** A tensor of a file that has no network: a weight if it is no vector. */
  static TensorInspection of(String name, Tensor tensor, Optional<StoredTensor> stored) {
    return of(
        name,
        tensor.shape(),
        tensor.shape().size() > 1,
        stored,
        tensor.values().length,
        nonZeros(tensor.values()));
  }

  /** A tensor that such a file holds as non-zeros. */
  static TensorInspection of(String name, SparseTensor tensor, Optional<StoredTensor> stored) {
    return of(
        name,
        tensor.shape(),
        true,
        stored,
        tensor.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact),
        tensor.values());
  }

  private static TensorInspection of(
      String name,
      List<Integer> shape,
      boolean weight,
      Optional<StoredTensor> stored,
      long size,
      float[] active) {
    return new TensorInspection(
        name,
        shape,
        weight,
        stored,
        size,
        active.length,
        Entropy.ofMask(active.length, size),
        Entropy.ofValues(active),
        Histogram.of(active));
  }

  private static float[] active(Parameter parameter) {
    return switch (parameter.storage()) {
      case SPARSE -> parameter.values();
      case DENSE -> nonZeros(parameter.values());
      case MASKED -> {
        var positions = parameter.topology().positions();
        var active = new float[positions.length];
        for (var i = 0; i < active.length; i++) {
          active[i] = parameter.values()[Math.toIntExact(positions[i])];
        }
        yield active;
      }
    };
  }

  private static float[] nonZeros(float[] values) {
    var kept = new float[values.length];
    var count = 0;
    for (var value : values) {
      if (value != 0) {
        kept[count++] = value;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  public double density() {
    return size == 0 ? 1 : nonZeros / (double) size;
  }

  /** Stored bits for each value of the tensor, absent ones included. */
  public OptionalDouble bitsPerParameter() {
    return bitsPer(size);
  }

  /** Stored bits for each active value. */
  public OptionalDouble bitsPerNonZero() {
    return bitsPer(nonZeros);
  }

  private OptionalDouble bitsPer(long count) {
    return stored.isEmpty() || count == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(8.0 * stored.get().bytes() / count);
  }

  /** The entropy of the mask in bytes. */
  public double maskEntropyBytes() {
    return size * maskEntropy / 8;
  }

  /** The entropy of mask and values in bytes; values that are not quantised count 32 bits each. */
  public double entropyBytes() {
    return maskEntropyBytes() + nonZeros * valueEntropy.orElse(Float.SIZE) / 8;
  }
}
