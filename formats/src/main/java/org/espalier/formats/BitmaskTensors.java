package org.espalier.formats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;

/**
 * Sparse tensors in the {@code sparse-bitmask} layout of compressed-tensors: beside the non-zeros
 * one bit per weight.
 *
 * <p>{@code LAYER.weight} becomes {@code LAYER.compressed} (the non-zeros), {@code LAYER.bitmask}
 * (U8, the last axis packed into ⌈extent/8⌉ bytes, lowest bit first), {@code LAYER.shape} (I64) and
 * {@code LAYER.row_offsets} (I64, where each row's non-zeros begin); earlier versions of that
 * library, read too, kept {@code .weight} in the names.
 */
final class BitmaskTensors {
  static final String VALUES = ".compressed";
  static final String MASK = ".bitmask";
  static final String SHAPE = ".shape";
  static final String OFFSETS = ".row_offsets";

  static final List<String> PARTS = List.of(VALUES, MASK, SHAPE, OFFSETS);

  private static final String WEIGHT = ".weight";

  private BitmaskTensors() {}

  /** What the names of a parameter's four tensors begin with. */
  static String prefix(String parameter) {
    return parameter.endsWith(WEIGHT)
        ? parameter.substring(0, parameter.length() - WEIGHT.length())
        : parameter;
  }

  /** The parameter whose non-zeros are the tensor {@code name}, if it is such. */
  static Optional<String> parameter(String name) {
    if (!name.endsWith(VALUES)) {
      return Optional.empty();
    }
    var prefix = name.substring(0, name.length() - VALUES.length());
    return Optional.of(prefix.endsWith(WEIGHT) ? prefix : prefix + WEIGHT);
  }

  /** Adds the active weights of a sparse or masked parameter. */
  static void add(SafetensorsWriter file, Parameter parameter, List<Integer> shape) {
    var topology = parameter.topology();
    var last = shape.getLast();
    var bytes = Math.ceilDiv(last, 8);
    var rows = Math.toIntExact(parameter.spec().size() / last);
    var mask = new byte[Math.multiplyExact(rows, bytes)];
    var offsets = new long[rows];
    var values = new float[topology.nonZeros()];
    var next = 0;
    for (var position : topology.positions()) {
      var row = (int) (position / last);
      var column = (int) (position % last);
      mask[row * bytes + column / 8] |= (byte) (1 << column % 8);
      if (row + 1 < rows) {
        offsets[row + 1]++;
      }
      var stored = parameter.storage() == Storage.MASKED ? Math.toIntExact(position) : next;
      values[next++] = parameter.values()[stored];
    }
    for (var row = 1; row < rows; row++) {
      offsets[row] += offsets[row - 1];
    }
    var prefix = prefix(parameter.name());
    var outer = shape.subList(0, shape.size() - 1);
    var packed = new ArrayList<>(outer);
    packed.add(bytes);
    file.add(prefix + VALUES, List.of(values.length), values);
    file.add(prefix + MASK, packed, mask);
    file.add(
        prefix + SHAPE,
        List.of(shape.size()),
        shape.stream().mapToLong(Integer::longValue).toArray());
    file.add(prefix + OFFSETS, outer, offsets);
  }

  /**
   * Reads the four tensors whose names begin with {@code prefix}.
   *
   * <p>The offsets of tensors with more than two axes are not looked at: the library they come from
   * sums them along the first axis alone.
   */
  static SparseTensor read(SafetensorsFile file, String prefix) {
    var shape = shape(file, prefix);
    var last = shape.getLast();
    var bytes = Math.ceilDiv(last, 8);
    var mask = file.bytes(prefix + MASK);
    var rows =
        shape.subList(0, shape.size() - 1).stream()
            .mapToLong(it -> it)
            .reduce(1, Math::multiplyExact);
    if (mask.length != rows * bytes) {
      throw file.error(
          "tensor %s: %d bytes, expected %d rows of %d as %s has"
              .formatted(prefix + MASK, mask.length, rows, bytes, shape));
    }
    var values = file.floats(prefix + VALUES);
    var positions = new long[values.length];
    var found = 0;
    for (var i = 0; i < mask.length; i++) {
      for (var bits = mask[i] & 0xFF; bits != 0; bits &= bits - 1) {
        var column = i % bytes * 8 + Integer.numberOfTrailingZeros(bits);
        if (column >= last || found == positions.length) {
          throw file.error(
              "tensor %s: more bits than columns or values, expected %d values in rows of %d"
                  .formatted(prefix + MASK, positions.length, last));
        }
        positions[found++] = (long) (i / bytes) * last + column;
      }
    }
    if (found != values.length) {
      throw file.error(
          "tensor %s: %d bits, expected %d, one per value"
              .formatted(prefix + MASK, found, values.length));
    }
    if (shape.size() == 2) {
      requireOffsets(file, prefix, positions, last);
    }
    return new SparseTensor(shape, positions, values);
  }

  private static List<Integer> shape(SafetensorsFile file, String prefix) {
    var extents = file.naturals(prefix + SHAPE);
    var size = 1L;
    for (var extent : extents) {
      size = extent == 0 ? 0 : Math.multiplyExact(Math.min(size, Integer.MAX_VALUE), extent);
    }
    if (extents.length < 1 || size < 1 || size > Integer.MAX_VALUE) {
      throw file.error(
          "tensor %s: %s, expected extents of 1 to 2³¹ − 1 weights"
              .formatted(prefix + SHAPE, Arrays.toString(extents)));
    }
    return Arrays.stream(extents).boxed().toList();
  }

  private static void requireOffsets(
      SafetensorsFile file, String prefix, long[] positions, int columns) {
    var offsets = file.naturals(prefix + OFFSETS);
    var before = 0;
    for (var row = 0; row < offsets.length; row++) {
      while (before < positions.length && positions[before] < (long) row * columns) {
        before++;
      }
      if (offsets[row] != before) {
        throw file.error(
            "tensor %s: element %d is %d, expected %d"
                .formatted(prefix + OFFSETS, row, offsets[row], before));
      }
    }
  }
}
