package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;

/** Slices and borders: shortcuts without weights, and borders before convolutions. */
final class BorderReader {
  private final Constants constants;
  private final NetworkDraft network;
  private final GraphValues values;

  BorderReader(Constants constants, NetworkDraft network, GraphValues values) {
    this.constants = constants;
    this.network = network;
    this.values = values;
  }

  void slice(OnnxNode node) {
    var value = values.value(node, 0);
    var starts = constants.integers(node, "starts", 1).orElse(List.of());
    var ends = constants.integers(node, "ends", 2).orElse(List.of());
    var rank = value.extents().size() + 1;
    var all = LongStream.range(0, starts.size()).boxed().toList();
    var axes = Extents.normalised(node, constants.integers(node, "axes", 3).orElse(all), rank);
    var ones = starts.stream().map(_ -> 1L).toList();
    var steps = constants.integers(node, 4).orElse(ones);
    if (ends.size() != starts.size()
        || axes.size() != starts.size()
        || steps.size() != starts.size()) {
      throw node.error("starts, ends, axes and steps of different lengths", "one of each per axis");
    }
    var extents = new ArrayList<>(value.extents());
    var taken = new int[] {1, 1};
    for (var i = 0; i < axes.size(); i++) {
      var axis = axes.get(i);
      var extent = axis == 0 ? Integer.MAX_VALUE : extents.get(axis - 1);
      var whole = starts.get(i) == 0 && ends.get(i) >= extent;
      if (!whole || (steps.get(i) != 1 && (axis < 2 || !value.image())) || steps.get(i) < 1) {
        throw node.error(
            "%d to %d by %d of axis %d".formatted(starts.get(i), ends.get(i), steps.get(i), axis),
            "whole axes, rows and columns by any step");
      }
      if (steps.get(i) > 1) {
        taken[axis - 2] = Math.toIntExact(Math.min(steps.get(i), extent));
        extents.set(axis - 1, Math.ceilDiv(extent, taken[axis - 2]));
      }
    }
    var before = value.pending();
    if (!before.border().equals(Windows.Border.NONE)) {
      throw node.error("a slice of a border", "one of an image");
    }
    if (taken[0] > 1 || taken[1] > 1) {
      values.requireUnviewed(node, value);
    }
    var pending =
        new Value.Pending(
            before.rowStep() * taken[0],
            before.columnStep() * taken[1],
            Windows.Border.NONE,
            Optional.of(node));
    values.put(
        node, new Value(value.node(), extents, value.view(), pending.steps() ? pending : before));
  }

  void pad(OnnxNode node) {
    var value = values.value(node, 0);
    var mode = node.text("mode", "constant");
    var fill = node.since(11) ? constants.number(node, "", 2) : constants.number(node, "value", 9);
    if (!mode.equals("constant") || fill.orElse(0f) != 0) {
      throw node.error(mode + " " + fill.orElse(0f), "zeros");
    }
    var pads = pads(node, value.extents().size() + 1);
    if (value.extents().size() != 3 || pads[0] != 0 || pads[4] != 0) {
      throw node.error("a border of samples", "one of channels, rows and columns");
    }
    var result = value;
    if (pads[1] > 0 || pads[5] > 0) {
      var layer = new Layer.PadChannels(pads[1], pads[5]);
      var name = network.add(node.name(), layer, List.of(values.image(node, value)), Map.of());
      result = values.imageOf(name);
    }
    var border = new Windows.Border(pads[2], pads[3], pads[6], pads[7]);
    values.put(node, border.equals(Windows.Border.NONE) ? result : bordered(node, result, border));
  }

  private Value bordered(OnnxNode node, Value value, Windows.Border border) {
    var source = values.image(node, value);
    var extents =
        List.of(
            value.extents().get(0),
            value.extents().get(1) + border.top() + border.bottom(),
            value.extents().get(2) + border.left() + border.right());
    var pending = new Value.Pending(1, 1, border, Optional.of(node));
    return new Value(source, extents, value.view(), pending);
  }

  /** What to put before and after each axis, the sample's first: all befores, then all afters. */
  private int[] pads(OnnxNode node, int rank) {
    var given = constants.integers(node, "pads", 1).orElse(List.of());
    var every = LongStream.range(0, rank).boxed().toList();
    var named = node.since(18) ? constants.integers(node, 3) : Optional.<List<Long>>empty();
    var axes = Extents.normalised(node, named.orElse(every), rank);
    if (given.size() != 2 * axes.size() || given.stream().anyMatch(it -> it < 0 || it > 1 << 20)) {
      throw node.error("pads " + given, "two numbers of at least 0 for each of " + axes);
    }
    var pads = new int[2 * rank];
    for (var i = 0; i < axes.size(); i++) {
      pads[axes.get(i)] = given.get(i).intValue();
      pads[rank + axes.get(i)] = given.get(axes.size() + i).intValue();
    }
    return pads;
  }
}
