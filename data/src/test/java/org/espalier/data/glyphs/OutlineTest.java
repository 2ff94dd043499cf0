package org.espalier.data.glyphs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutlineTest {

  @Test
  void everyStrokeIsALineWithinTheUnitSquare() {
    for (var outline : Outline.all()) {
      for (var stroke : outline.strokes()) {
        assertThat(stroke.length).as(outline.name()).isEven().isGreaterThanOrEqualTo(4);
        for (var coordinate : stroke) {
          assertThat(coordinate).as(outline.name()).isBetween(0f, 1f);
        }
      }
    }
  }
}
