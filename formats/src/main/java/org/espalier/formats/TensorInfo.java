package org.espalier.formats;

import java.util.List;

/**
 * Where and what one tensor of a safetensors file is.
 *
 * @param shape extents, outermost first; empty for a scalar
 * @param begin offset of its first byte in the data area
 * @param end offset after its last byte
 */
public record TensorInfo(String name, ElementType type, List<Integer> shape, long begin, long end) {

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long size() {
    return (end - begin) / type.bytes();
  }
}
