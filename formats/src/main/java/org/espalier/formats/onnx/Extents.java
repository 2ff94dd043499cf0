package org.espalier.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What operators that move no element make of a shape. */
final class Extents {
  /** Deeper shapes than any network has. */
  private static final int MOST_AXES = 32;

  private Extents() {}

  /** Reshape: 0 copies an extent unless it is {@code keepsZero}, −1 takes what is left. */
  static List<Integer> reshaped(
      OnnxNode node, List<Integer> shape, List<Long> target, boolean keepsZero) {
    if (target.size() > MOST_AXES) {
      throw node.error(target.size() + " axes", "at most " + MOST_AXES);
    }
    var size = Constant.size(shape);
    var open = target.indexOf(-1L);
    var result = new ArrayList<Integer>();
    var product = 1L;
    for (var axis = 0; axis < target.size(); axis++) {
      long extent = target.get(axis);
      if (extent == 0 && !keepsZero && axis < shape.size()) {
        extent = shape.get(axis);
      }
      if (axis == open) {
        result.add(1);
        continue;
      }
      if (extent < 0 || extent > Math.max(size, 1) || product > Integer.MAX_VALUE) {
        throw node.error("shape " + target + " of " + shape, size + " elements");
      }
      result.add((int) extent);
      product *= extent;
    }
    if (open >= 0 && product > 0 && size % product == 0) {
      result.set(open, Math.toIntExact(size / product));
      product *= size / product;
    }
    if (product != size) {
      throw node.error("shape " + target + " of " + shape, size + " elements");
    }
    return List.copyOf(result);
  }

  /** Squeeze: drops axes of extent 1, all of them if none are named. */
  static List<Integer> squeezed(OnnxNode node, List<Integer> shape, Optional<List<Long>> axes) {
    var result = new ArrayList<Integer>();
    var dropped = axes.map(it -> normalised(node, it, shape.size()));
    for (var axis = 0; axis < shape.size(); axis++) {
      var at = axis;
      var drop = dropped.map(it -> it.contains(at)).orElse(shape.get(axis) == 1);
      if (drop && shape.get(axis) != 1) {
        throw node.error("axis " + axis + " of " + shape, "one of extent 1");
      }
      if (!drop) {
        result.add(shape.get(axis));
      }
    }
    return List.copyOf(result);
  }

  /** Unsqueeze: puts axes of extent 1 where the result is to have them. */
  static List<Integer> unsqueezed(OnnxNode node, List<Integer> shape, List<Long> axes) {
    if (axes.size() > MOST_AXES) {
      throw node.error(axes.size() + " axes", "at most " + MOST_AXES);
    }
    var added = new ArrayList<>(normalised(node, axes, shape.size() + axes.size()));
    Collections.sort(added);
    var result = new ArrayList<>(shape);
    added.forEach(axis -> result.add(axis, 1));
    return List.copyOf(result);
  }

  /** Axes counted from the front, each once. */
  static List<Integer> normalised(OnnxNode node, List<Long> axes, int rank) {
    var result = axes.stream().map(axis -> axis < 0 ? axis + rank : axis).toList();
    if (new HashSet<>(result).size() < axes.size()
        || result.stream().anyMatch(axis -> axis < 0 || axis >= rank)) {
      throw node.error("axes " + axes, "axes of " + rank + ", each once");
    }
    return result.stream().map(Math::toIntExact).toList();
  }
}
