package org.espalier.formats;

import java.util.List;

/**
 * A tensor of floats.
 *
 * @param shape extents, outermost first
 * @param values row-major, as many as the product of the extents
 */
public record Tensor(List<Integer> shape, float[] values) {
  public Tensor {
    shape = List.copyOf(shape);
  }
}
