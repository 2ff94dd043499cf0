package org.espalier.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import org.espalier.data.batch.Augmentation.Padding;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final Shape SHAPE = new Shape(1, 3, 3);
  private static final float[] IMAGE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  @Test
  void zeroPaddingIsBlack() {
    var crop = new Augmentation(2, Padding.ZERO, false);
    assertThat(window(crop, SHAPE, IMAGE, -1, 2, false)).containsExactly(0, 0, 0, 3, 0, 0, 6, 0, 0);
  }

  @Test
  void reflectionMirrorsAtTheEdgePixelsWithoutRepeatingThem() {
    var crop = new Augmentation(2, Padding.REFLECTION, false);
    // rows -2..0 are rows 2 1 0; columns 2..4 are columns 2 1 0
    assertThat(window(crop, SHAPE, IMAGE, -2, 2, false)).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1);
    assertThat(window(crop, SHAPE, IMAGE, 1, -1, false)).containsExactly(5, 4, 5, 8, 7, 8, 5, 4, 5);
  }

  @Test
  void mirroringTurnsTheCutWindow() {
    var crop = new Augmentation(1, Padding.ZERO, true);
    assertThat(window(crop, SHAPE, IMAGE, 0, 1, true)).containsExactly(0, 3, 2, 0, 6, 5, 0, 9, 8);
  }

  @Test
  void channelsMoveTogether() {
    var shape = new Shape(2, 2, 2);
    var crop = new Augmentation(1, Padding.ZERO, false);
    assertThat(window(crop, shape, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 0, false))
        .containsExactly(3, 4, 0, 0, 7, 8, 0, 0);
  }

  @Test
  void allPlacesAndBothDirectionsAreDrawnEquallyOften() {
    var crop = new Augmentation(1, Padding.ZERO, true);
    var counts = new HashMap<List<Float>, Integer>();
    var into = new float[9];
    var draws = 9000;
    for (var i = 0; i < draws; i++) {
      crop.apply(IMAGE, SHAPE, new Randoms(1).stream(Purpose.AUGMENTATION, 0, i), into, 0);
      counts.merge(List.of(into[0], into[1], into[2], into[3], into[4]), 1, Integer::sum);
    }
    assertThat(counts).hasSize(18);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(400, 600));
  }

  @Test
  void reflectionAsWideAsTheImageIsRefused() {
    assertThatThrownBy(() -> new Augmentation(3, Padding.REFLECTION, false).check(SHAPE))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "reflection padding 3 on samples of shape 1×3×3: expected less than 3, the shorter"
                + " side");
  }

  @Test
  void tablesCannotBeAugmented() {
    assertThatThrownBy(() -> new Augmentation(0, Padding.ZERO, true).check(Shape.features(5)))
        .isInstanceOf(EspalierException.class)
        .hasMessage("augmentation of samples of shape 5: expected images");
  }

  private static float[] window(
      Augmentation crop, Shape shape, float[] image, int down, int right, boolean mirrored) {
    var into = new float[shape.size()];
    crop.apply(image, shape, down, right, mirrored, into, 0);
    return into;
  }
}
