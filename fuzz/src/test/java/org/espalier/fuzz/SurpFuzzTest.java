package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.espalier.formats.surp.Normalisation;
import org.espalier.formats.surp.Settings;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights by successive refinement, whole streams and beginnings. */
class SurpFuzzTest {

  private static final int[] LENGTHS = {40, 1, 300};

  static Stream<byte[]> seeds() {
    return Stream.of(Normalisation.values())
        .map(it -> Settings.DEFAULT.with(it))
        .map(it -> Surp.encode(weights(), it, new Stop.BitsPerWeight(4)).bytes());
  }

  private static List<float[]> weights() {
    var random = new Random(1);
    return Stream.of(40, 1, 300)
        .map(
            length -> {
              var weights = new float[length];
              for (var i = 0; i < length; i++) {
                weights[i] = (float) random.nextGaussian();
              }
              return weights;
            })
        .toList();
  }

  @MethodSource("seeds")
  @FuzzTest
  void decoded(byte[] input) throws IOException {
    ReaderContract.requireKept(
        input.length,
        () -> {
          for (var tensor : Surp.decode(input, 0, input.length, LENGTHS)) {
            requireFinite(tensor);
          }
        });
  }

  private static void requireFinite(float[] weights) {
    for (var weight : weights) {
      if (!Float.isFinite(weight)) {
        throw new AssertionError("weight " + weight);
      }
    }
  }
}
