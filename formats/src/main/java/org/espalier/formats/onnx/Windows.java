package org.espalier.formats.onnx;

import java.util.List;
import java.util.Optional;
import org.espalier.engine.network.Shape;

/**
 * The windows of a convolution or a pooling in both directions, as an ONNX node describes them.
 *
 * <p>A network's windows are square, with one stride and the same border on all sides.
 */
record Windows(Axis rows, Axis columns, int stride) {

  private static final int LARGEST = 1 << 20;

  /**
   * One direction.
   *
   * @param begin border before the first pixel; {@code outputs} follow from that after the last
   */
  record Axis(int extent, int kernel, int begin, int outputs) {}

  /** A border that is already there, as left by a Pad. */
  record Border(int top, int left, int bottom, int right) {
    static final Border NONE = new Border(0, 0, 0, 0);
  }

  /**
   * A square window with an even border that computes the same.
   *
   * @param top where the given window's first row lies in it, {@code left} likewise
   */
  record Square(int kernel, int padding, int top, int left) {}

  /**
   * Reads the attributes that convolutions and poolings share.
   *
   * @param kernel extents of the window if the weights give them, else none
   */
  static Windows read(OnnxNode node, Shape in, List<Integer> kernel, Border border) {
    var extents = node.integers("kernel_shape").map(it -> pair(node, "kernel_shape", it));
    var window = extents.orElse(kernel);
    if (window.isEmpty() || (!kernel.isEmpty() && !window.equals(kernel))) {
      throw node.error(
          "kernel_shape " + window, kernel.isEmpty() ? "two extents" : kernel.toString());
    }
    var strides =
        node.integers("strides").map(it -> pair(node, "strides", it)).orElse(List.of(1, 1));
    if (!strides.getFirst().equals(strides.getLast())) {
      throw node.error("strides " + strides, "the same in both directions");
    }
    var dilations = node.integers("dilations").orElse(List.of(1L, 1L));
    if (dilations.stream().anyMatch(it -> it != 1)) {
      throw node.error("dilations " + dilations, "1");
    }
    var ceil = node.integer("ceil_mode", 0) != 0;
    var pads = pads(node);
    var auto = node.text("auto_pad", "NOTSET");
    var stride = strides.getFirst();
    if (Math.max(in.height(), in.width()) > 1 << 24) {
      throw node.error("an image of " + in, "at most 2²⁴ rows and columns");
    }
    var height = in.height() + border.top + border.bottom;
    var width = in.width() + border.left + border.right;
    var rows = axis(node, height, window.getFirst(), stride, auto, pads, 0, ceil);
    var columns = axis(node, width, window.getLast(), stride, auto, pads, 1, ceil);
    return new Windows(
        new Axis(in.height(), rows.kernel, rows.begin + border.top, rows.outputs),
        new Axis(in.width(), columns.kernel, columns.begin + border.left, columns.outputs),
        stride);
  }

  private static List<Integer> pair(OnnxNode node, String attribute, List<Long> extents) {
    if (extents.size() != 2 || extents.stream().anyMatch(it -> it < 1 || it > LARGEST)) {
      throw node.error(attribute + " " + extents, "two numbers of at least 1");
    }
    return extents.stream().map(Math::toIntExact).toList();
  }

  private static List<Long> pads(OnnxNode node) {
    var pads = node.integers("pads").orElse(List.of(0L, 0L, 0L, 0L));
    if (pads.size() != 4 || pads.stream().anyMatch(it -> it < 0 || it > LARGEST)) {
      throw node.error("pads " + pads, "four numbers of at least 0");
    }
    return pads;
  }

  private static Axis axis(
      OnnxNode node,
      int extent,
      int kernel,
      int stride,
      String auto,
      List<Long> pads,
      int direction,
      boolean ceil) {
    return switch (auto) {
      case "NOTSET", "" -> {
        var begin = pads.get(direction).intValue();
        var end = pads.get(direction + 2).intValue();
        var outputs = outputs(node, extent + begin + end, kernel, stride);
        if (ceil && Math.ceilDiv(extent + begin + end - kernel, stride) + 1 > outputs) {
          // The last window hangs over; runtimes drop it only if it has no pixel at all.
          if ((long) outputs * stride < extent + begin) {
            throw node.error("ceil_mode with windows over the edge", "windows that fit");
          }
        }
        yield new Axis(extent, kernel, begin, outputs);
      }
      case "VALID" -> new Axis(extent, kernel, 0, outputs(node, extent, kernel, stride));
      case "SAME_UPPER", "SAME_LOWER" -> {
        var outputs = Math.ceilDiv(extent, stride);
        var border = Math.max(0, (outputs - 1) * stride + kernel - extent);
        var half = border / 2;
        yield new Axis(extent, kernel, auto.endsWith("UPPER") ? half : border - half, outputs);
      }
      default -> throw node.error("auto_pad " + auto, "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    };
  }

  private static int outputs(OnnxNode node, int extent, int kernel, int stride) {
    if (extent < kernel) {
      throw node.error("a window of " + kernel + " over " + extent + " pixels", "one that fits");
    }
    return (extent - kernel) / stride + 1;
  }

  @Override
  public String toString() {
    return "%d×%d with a border of %d rows above and %d columns before, every %d, to %d×%d outputs"
        .formatted(
            rows.kernel,
            columns.kernel,
            rows.begin,
            columns.begin,
            stride,
            rows.outputs,
            columns.outputs);
  }

  /** The square window with the smallest border that computes the same, if there is one. */
  Optional<Square> square() {
    var least = Math.max(rows.begin, columns.begin);
    var most = least + Math.max(rows.kernel, columns.kernel) + stride;
    for (var padding = least; padding <= most; padding++) {
      var top = padding - rows.begin;
      var left = padding - columns.begin;
      var kernel =
          Math.max(
              Math.max(top + rows.kernel, left + columns.kernel),
              Math.max(shortest(rows, padding), shortest(columns, padding)));
      if (fits(rows, kernel, padding) && fits(columns, kernel, padding)) {
        return Optional.of(new Square(kernel, padding, top, left));
      }
    }
    return Optional.empty();
  }

  /** A shorter window would give an output more. */
  private int shortest(Axis axis, int padding) {
    return axis.extent + 2 * padding - axis.outputs * stride + 1;
  }

  private boolean fits(Axis axis, int kernel, int padding) {
    var room = axis.extent + 2 * padding - kernel;
    return room >= 0 && room / stride + 1 == axis.outputs;
  }

  /** The window itself, where it is square already and no zeros need to be put around it. */
  Optional<Square> plain() {
    return square()
        .filter(it -> it.kernel == rows.kernel && it.kernel == columns.kernel)
        .filter(it -> it.top == 0 && it.left == 0);
  }
}
