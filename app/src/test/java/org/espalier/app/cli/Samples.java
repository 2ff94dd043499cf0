package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Small data that a network can learn, as CSV files. */
final class Samples {
  private Samples() {}

  /** Samples of two features in two classes, which the sign of the first tells apart. */
  static void twoClasses(Path file, int samples) throws IOException {
    var random = new Random(1);
    var lines = new StringBuilder("a,b,label\n");
    for (var sample = 0; sample < samples; sample++) {
      var x = random.nextGaussian();
      lines.append(x).append(',').append(random.nextGaussian());
      lines.append(x > 0 ? ",yes\n" : ",no\n");
    }
    Files.writeString(file, lines);
  }

  /** 400 samples of four features in three classes, clouds that hardly touch. */
  static void threeClasses(Path file) throws IOException {
    var random = new Random(1);
    var lines = new StringBuilder("a,b,c,d,label\n");
    for (var sample = 0; sample < 400; sample++) {
      var label = random.nextInt(3);
      for (var feature = 0; feature < 4; feature++) {
        lines.append(random.nextGaussian() + (feature == label ? 3 : 0)).append(',');
      }
      lines.append("class").append(label).append('\n');
    }
    Files.writeString(file, lines);
  }
}
