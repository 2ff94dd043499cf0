package org.espalier.formats;

import java.util.List;

/**
 * A tensor of floats of which only some are not zero.
 *
 * @param shape extents, outermost first
 * @param positions indices into the flattened tensor, ascending
 * @param values as many as positions
 */
public record SparseTensor(List<Integer> shape, long[] positions, float[] values) {
  public SparseTensor {
    shape = List.copyOf(shape);
  }
}
