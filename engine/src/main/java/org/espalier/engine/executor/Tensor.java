package org.espalier.engine.executor;

import org.espalier.engine.network.Shape;

/**
 * Where one activation or its gradient lies: {@code [group][channel][height + 2 pad][width + 2
 * pad][lanes]} floats off the heap.
 *
 * <p>Spatial tensors have one vector of lanes per pixel; features have one, two or four. The border
 * is zero and stays so: kernels write the interior only, which is what makes padded convolutions
 * free of special cases.
 */
final class Tensor {
  private final Shape shape;
  private final int pad;
  private final int lanes;
  private final int groups;
  private final long address;

  Tensor(Geometry geometry, long address) {
    this.shape = geometry.shape();
    this.pad = geometry.pad();
    this.lanes = geometry.lanes();
    this.groups = geometry.groups();
    this.address = address;
  }

  /** Everything about a tensor but its place: tensors of one geometry may share memory in turn. */
  record Geometry(Shape shape, int pad, int lanes, int groups) {
    long bytes() {
      var plane = (shape.height() + 2L * pad) * (shape.width() + 2L * pad);
      return 4L * groups * shape.channels() * plane * lanes;
    }
  }

  Shape shape() {
    return shape;
  }

  int pad() {
    return pad;
  }

  /** Samples per group. */
  int lanes() {
    return lanes;
  }

  /** Groups of samples it has room for. */
  int groups() {
    return groups;
  }

  /** Groups that hold at least one of {@code samples}. */
  int groups(int samples) {
    return Math.min(groups, (samples + lanes - 1) / lanes);
  }

  /** Floats in one row of the interior. */
  int rowLength() {
    return shape.width() * lanes;
  }

  long pixelBytes() {
    return 4L * lanes;
  }

  long rowBytes() {
    return (shape.width() + 2L * pad) * pixelBytes();
  }

  long channelBytes() {
    return (shape.height() + 2L * pad) * rowBytes();
  }

  long groupBytes() {
    return shape.channels() * channelBytes();
  }

  /** Address of the first interior pixel of a channel. */
  long at(int group, int channel) {
    return address
        + group * groupBytes()
        + channel * channelBytes()
        + pad * (rowBytes() + pixelBytes());
  }

  /** Planes of a channel, each of which is a number of {@link #runs}. */
  int planes(int samples) {
    return shape.flat() ? 1 : groups(samples);
  }

  /**
   * Runs of {@link #rowLength} floats per plane, {@link #runBytes} apart: the rows of an image, or
   * for features all groups, so that one kernel call takes in a whole channel.
   */
  int runs(int samples) {
    return shape.flat() ? groups(samples) : shape.height();
  }

  long runBytes() {
    return shape.flat() ? groupBytes() : rowBytes();
  }

  /**
   * Address of the {@code index}-th vector of samples of a channel, for tensors of any lanes: what
   * converts between images and features.
   */
  long vectorAt(int index, int channel, int vector) {
    var perGroup = lanes / vector;
    return at(index / perGroup, channel) + index % perGroup * 4L * vector;
  }

  /** Address of the value of one sample at one pixel. */
  long valueAt(int sample, int channel, int row, int column) {
    return at(sample / lanes, channel)
        + row * rowBytes()
        + column * pixelBytes()
        + sample % lanes * 4L;
  }
}
