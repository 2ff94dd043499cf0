package org.espalier.engine.executor;

/**
 * One operand of a product over a plane: how the plane's tiles map to addresses in a tensor.
 *
 * @param stride tensor pixels per pixel of the plane
 * @param row tensor row of the plane's first pixel, {@code column} its column
 * @param vector floats per vector, for features
 */
record Side(Tensor tensor, boolean flat, int stride, int row, int column, int vector) {

  /** Bytes between neighbouring vectors of the plane. */
  long pixelBytes() {
    return flat ? 4L * vector : stride * tensor.pixelBytes();
  }

  /** Bytes between the rows of the plane. */
  long rowBytes() {
    return flat ? tensor.groupBytes() : stride * tensor.rowBytes();
  }

  /** Address of the plane's first vector, in channel 0. */
  long at(int group) {
    return tensor.at(group, 0) + row * tensor.rowBytes() + column * tensor.pixelBytes();
  }

  /** Bytes from the plane's first vector to that of one of its rows. */
  long offset(int planeRow) {
    return planeRow * rowBytes();
  }

  /** Bytes from the plane's first vector to that of a patch. */
  long offset(Patch patch) {
    return offset(patch.row()) + patch.column() * pixelBytes();
  }
}
