package org.espalier.data.glyphs;

import org.espalier.engine.random.RandomStream;

/**
 * A hand that draws one character: with a pen of its own, slanted, trembling, on a dirty and partly
 * covered sheet.
 *
 * <p>The ranges below are set so that the position of ink alone does not tell the classes apart (a
 * linear classifier stays below 80 %) while a person still reads nearly all of them.
 */
final class Writer {
  private static final float ROTATION = 0.38f; // radians, either way
  private static final float SHEAR = 0.28f;
  private static final float SMALLEST = 14; // pixels, each axis by itself
  private static final float LARGEST = 23;
  private static final float SHIFT = 2.4f; // pixels
  private static final float TREMBLE = 0.45f; // pixels, per point
  private static final float NOISE = 0.12f;

  private final int side;
  private final RandomStream random;
  private final Canvas canvas;

  // Unit square to pixels.
  private final float xx;
  private final float xy;
  private final float yx;
  private final float yy;
  private final float x0;
  private final float y0;

  Writer(int side, RandomStream random) {
    this.side = side;
    this.random = random;
    this.canvas = new Canvas(side);
    var angle = between(-ROTATION, ROTATION);
    // StrictMath: the same picture on every machine
    var sine = (float) StrictMath.sin(angle);
    var cosine = (float) StrictMath.cos(angle);
    var shear = between(-SHEAR, SHEAR);
    var width = between(SMALLEST, LARGEST);
    var height = between(SMALLEST, LARGEST);
    this.xx = width * cosine;
    this.xy = height * (shear * cosine - sine);
    this.yx = width * sine;
    this.yy = height * (shear * sine + cosine);
    this.x0 = (side - 1) / 2f + between(-SHIFT, SHIFT);
    this.y0 = (side - 1) / 2f + between(-SHIFT, SHIFT);
  }

  byte[] draw(Outline outline) {
    var radius = between(0.3f, 1.1f);
    var softness = between(0.7f, 1.6f);
    var strength = between(0.55f, 1);
    for (var stroke : outline.strokes()) {
      draw(stroke, radius, softness, strength);
    }
    scratch();
    cover();
    return canvas.developed(NOISE * random.nextFloat(), random);
  }

  private void draw(float[] stroke, float radius, float softness, float strength) {
    var fromX = 0f;
    var fromY = 0f;
    for (var i = 0; i < stroke.length; i += 2) {
      var u = stroke[i] - 0.5f;
      var v = stroke[i + 1] - 0.5f;
      var toX = x0 + xx * u + xy * v + between(-TREMBLE, TREMBLE);
      var toY = y0 + yx * u + yy * v + between(-TREMBLE, TREMBLE);
      if (i > 0) {
        canvas.line(fromX, fromY, toX, toY, radius, softness, strength);
      }
      fromX = toX;
      fromY = toY;
    }
  }

  /** A stray line that belongs to no character, on every other sheet. */
  private void scratch() {
    if (random.nextInt(2) == 0) {
      var x = between(0, side);
      var y = between(0, side);
      canvas.line(x, y, x + between(-7, 7), y + between(-7, 7), 0.4f, 0.9f, between(0.3f, 0.9f));
    }
  }

  /** A patch that hides what is below it, on every other sheet. */
  private void cover() {
    if (random.nextInt(2) == 0) {
      var width = 3 + random.nextInt(6);
      var height = 3 + random.nextInt(6);
      canvas.cover(
          random.nextInt(side - width),
          random.nextInt(side - height),
          width,
          height,
          random.nextInt(2) * between(0.2f, 0.8f));
    }
  }

  private float between(float low, float high) {
    return low + (high - low) * random.nextFloat();
  }
}
