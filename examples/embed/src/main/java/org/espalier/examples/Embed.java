package org.espalier.examples;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.espalier.engine.network.Shape;
import org.espalier.formats.runtime.Predictor;

/** Says what is on pictures: {@code Embed MODEL PICTURE...}. */
public final class Embed {
  private Embed() {}

  public static void main(String[] arguments) throws IOException {
    try (var predictor = Predictor.load(Path.of(arguments[0]))) {
      for (var picture : Arrays.asList(arguments).subList(1, arguments.length)) {
        var sample = sample(ImageIO.read(new File(picture)), predictor.input());
        for (var guess : predictor.predict(sample).top(3)) {
          System.out.printf(
              Locale.ROOT, "%s: %s %.4f%n", picture, guess.name(), guess.probability());
        }
      }
    }
  }

  /** {@code [channel][height][width]}, from 0 to 1. */
  private static float[] sample(BufferedImage image, Shape shape) {
    var sample = new float[shape.size()];
    var i = 0;
    for (var channel = 0; channel < shape.channels(); channel++) {
      for (var y = 0; y < shape.height(); y++) {
        for (var x = 0; x < shape.width(); x++) {
          sample[i++] = image.getRaster().getSample(x, y, channel) / 255f;
        }
      }
    }
    return sample;
  }
}
