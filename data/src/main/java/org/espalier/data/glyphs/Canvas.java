package org.espalier.data.glyphs;

import java.util.Arrays;
import org.espalier.engine.random.RandomStream;

/** A square grey picture of ink on nothing, 0 to 1, that is drawn with round, soft-edged pens. */
final class Canvas {
  private final int side;
  private final float[] ink; // [y][x]

  Canvas(int side) {
    this.side = side;
    this.ink = new float[side * side];
  }

  void clear() {
    Arrays.fill(ink, 0);
  }

  /**
   * Draws a straight piece between two points, in pixels. A pixel gets full ink within {@code
   * radius} of the piece and none beyond {@code radius + softness}; overlapping strokes do not add
   * up.
   */
  void line(float x0, float y0, float x1, float y1, float radius, float softness, float strength) {
    var reach = radius + softness;
    var top = Math.max(0, (int) Math.ceil(Math.min(y0, y1) - reach));
    var bottom = Math.min(side - 1, (int) Math.floor(Math.max(y0, y1) + reach));
    var left = Math.max(0, (int) Math.ceil(Math.min(x0, x1) - reach));
    var right = Math.min(side - 1, (int) Math.floor(Math.max(x0, x1) + reach));
    var dx = x1 - x0;
    var dy = y1 - y0;
    var scale = 1 / Math.max(dx * dx + dy * dy, 1e-12f);
    for (var y = top; y <= bottom; y++) {
      for (var x = left; x <= right; x++) {
        var along = Math.clamp(((x - x0) * dx + (y - y0) * dy) * scale, 0f, 1f);
        var offX = x - x0 - along * dx;
        var offY = y - y0 - along * dy;
        var distance = (float) Math.sqrt(offX * offX + offY * offY);
        var here = strength * Math.clamp((reach - distance) / softness, 0f, 1f);
        ink[y * side + x] = Math.max(ink[y * side + x], here);
      }
    }
  }

  /** Covers a rectangle, in pixels, with an even tone. */
  void cover(int left, int top, int width, int height, float tone) {
    var bottom = Math.min(side, top + height);
    var right = Math.min(side, left + width);
    for (var y = Math.max(0, top); y < bottom; y++) {
      Arrays.fill(ink, y * side + Math.max(0, left), y * side + right, tone);
    }
  }

  /**
   * The picture in eight bits after adding nearly normal noise of the given standard deviation: the
   * sum of the four bytes of a random word, which has the deviation 147.8 around 510.
   */
  byte[] developed(float noise, RandomStream random) {
    var picture = new byte[ink.length];
    for (var i = 0; i < picture.length; i++) {
      var bits = random.nextInt();
      var sum = (bits & 0xFF) + (bits >>> 8 & 0xFF) + (bits >>> 16 & 0xFF) + (bits >>> 24);
      var value = ink[i] + noise * (sum - 510) / 147.8f;
      picture[i] = (byte) Math.round(255 * Math.clamp(value, 0f, 1f));
    }
    return picture;
  }
}
