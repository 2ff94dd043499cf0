package org.espalier.data.glyphs;

import java.util.ArrayList;
import java.util.List;

/**
 * A character as pen strokes in the unit square, x to the right and y downwards.
 *
 * @param strokes {@code [stroke][2 * point]}: x, y, x, y, …, the ends of straight pieces
 */
record Outline(String name, List<float[]> strokes) {
  private static final int DEGREES_PER_PIECE = 20;

  /** All characters, in the order of their labels. */
  static List<Outline> all() {
    return CHARACTERS.lines().map(Outline::parse).toList();
  }

  /**
   * One line of the table: a name, then strokes separated by {@code /}. A stroke is a list of
   * points in hundredths, {@code x,y x,y …}, or an arc, {@code @ centre radii from,to} with angles
   * in degrees, clockwise from the right.
   */
  private static Outline parse(String line) {
    var colon = line.indexOf(':');
    var strokes = new ArrayList<float[]>();
    for (var stroke : line.substring(colon + 1).split("/", -1)) {
      var words = stroke.strip();
      strokes.add(words.startsWith("@") ? arc(pairs(words.substring(1))) : points(pairs(words)));
    }
    return new Outline(line.substring(0, colon).strip(), List.copyOf(strokes));
  }

  private static int[] pairs(String words) {
    var parts = words.strip().split("[ ,]+", -1);
    var numbers = new int[parts.length];
    for (var i = 0; i < parts.length; i++) {
      numbers[i] = Integer.parseInt(parts[i]);
    }
    return numbers;
  }

  private static float[] points(int[] hundredths) {
    var points = new float[hundredths.length];
    for (var i = 0; i < points.length; i++) {
      points[i] = hundredths[i] / 100f;
    }
    return points;
  }

  private static float[] arc(int[] numbers) {
    var pieces = Math.max(3, Math.abs(numbers[5] - numbers[4]) / DEGREES_PER_PIECE);
    var points = new float[2 * (pieces + 1)];
    for (var i = 0; i <= pieces; i++) {
      // StrictMath: the same picture on every machine
      var angle =
          StrictMath.toRadians(numbers[4] + (numbers[5] - numbers[4]) * (double) i / pieces);
      points[2 * i] = (float) (numbers[0] + numbers[2] * StrictMath.cos(angle)) / 100;
      points[2 * i + 1] = (float) (numbers[1] + numbers[3] * StrictMath.sin(angle)) / 100;
    }
    return points;
  }

  private static final String CHARACTERS =
      """
      A: 15,92 50,8 85,92 / 28,62 72,62
      B: 22,8 22,92 / 22,8 48,8 / @ 48,29 26,21 -90,90 / 48,50 22,50 / @ 48,71 31,21 -90,90 / 48,92 22,92
      C: @ 55,50 35,42 -45,-315
      E: 80,8 22,8 22,92 80,92 / 22,50 68,50
      G: @ 52,50 36,42 -45,-360 / 88,50 58,50
      H: 18,8 18,92 / 82,8 82,92 / 18,50 82,50
      K: 22,8 22,92 / 80,8 22,55 / 42,40 82,92
      M: 12,92 18,8 50,66 82,8 88,92
      N: 18,92 18,8 82,92 82,8
      P: 24,92 24,8 50,8 / @ 50,31 30,23 -90,90 / 50,54 24,54
      R: 24,92 24,8 50,8 / @ 50,30 28,22 -90,90 / 50,52 24,52 / 48,52 82,92
      S: @ 50,29 30,21 -30,-270 / @ 50,71 30,21 -90,150
      T: 12,10 88,10 / 50,10 50,92
      W: 8,8 30,92 50,36 70,92 92,8
      X: 15,8 85,92 / 85,8 15,92
      Y: 14,8 50,50 86,8 / 50,50 50,92
      Z: 16,8 84,8 16,92 84,92
      two: @ 50,32 32,24 -170,30 / 76,46 16,92 86,92
      four: 66,92 66,8 12,66 90,66
      eight: @ 50,29 24,21 0,360 / @ 50,71 30,21 0,360
      theta: @ 50,50 34,42 0,360 / 18,50 82,50
      psi: @ 50,30 36,36 0,180 / 50,8 50,92
      hourglass: 16,8 84,8 16,92 84,92 16,8
      house: 18,92 18,46 50,8 82,46 82,92 18,92
      anchor: 50,8 50,92 / @ 50,56 36,36 10,170 / 28,28 72,28
      bolt: 62,6 24,54 76,46 36,94
      spiral: @ 50,50 38,40 -90,180 / @ 40,50 28,28 180,360 / @ 52,50 16,18 0,180
      arrow: 50,92 50,8 / 20,40 50,8 80,40
      gate: 16,92 16,20 84,20 84,92 / 50,20 50,70
      key: @ 50,26 22,18 0,360 / 50,44 50,92 / 50,70 76,70 / 50,90 72,90
      """;
}
