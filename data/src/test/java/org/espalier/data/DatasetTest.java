package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;

class DatasetTest {

  @Test
  void bytesBecomeZeroToOne() {
    var samples = new Samples.Bytes(new byte[][] {{0, (byte) 255, 51}}, 3);
    var into = new float[5];
    samples.copy(0, into, 1);
    assertThat(into).containsExactly(0, 0, 1, 0.2f, 0);
  }

  @Test
  void selectionKeepsSampleAndLabelTogether() {
    var selected = counting(10).select(new int[] {7, 2}).select(new int[] {1});
    var into = new float[1];
    selected.copy(0, into, 0);
    assertThat(into[0]).isEqualTo(2);
    assertThat(selected.label(0)).isEqualTo(2 % 3);
  }

  @Test
  void validationTakesItsSamplesFromTraining() {
    var dataset = dataset(counting(100)).withValidation(30, 5);
    assertThat(dataset.train().size()).isEqualTo(70);
    assertThat(dataset.validation().size()).isEqualTo(30);
    var values =
        IntStream.concat(values(dataset.train()), values(dataset.validation())).sorted().toArray();
    assertThat(values).isEqualTo(IntStream.range(0, 100).toArray());
    assertThat(values(dataset.validation()).toArray()).isSorted();
  }

  @Test
  void validationDependsOnTheSeedAlone() {
    var five = dataset(counting(100)).withValidation(30, 5).validation();
    var fiveAgain = dataset(counting(100)).withValidation(30, 5).validation();
    var six = dataset(counting(100)).withValidation(30, 6).validation();
    assertThat(values(fiveAgain).toArray()).isEqualTo(values(five).toArray());
    assertThat(values(six).toArray()).isNotEqualTo(values(five).toArray());
  }

  @Test
  void validationOfEverythingIsRefused() {
    assertThatThrownBy(() -> dataset(counting(4)).withValidation(4, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "validation size 4: expected 1 to 3, less than the 4 training samples of counting");
  }

  @Test
  void labelBeyondTheClassesIsRefused() {
    var split = new Split(new Samples.Floats(new float[][] {{0}, {1}}, 1), new int[] {0, 3});
    assertThatThrownBy(() -> dataset(split))
        .isInstanceOf(EspalierException.class)
        .hasMessage("counting: label 3 of sample 1, expected 0 to 2");
  }

  @Test
  void classesAreCounted() {
    assertThat(counting(10).classCounts(3)).containsExactly(4, 3, 3);
  }

  private static Dataset dataset(Split train) {
    return new Dataset(
        "counting", Shape.features(1), List.of("a", "b", "c"), train, Split.empty(1));
  }

  private static IntStream values(Split split) {
    return IntStream.range(0, split.size())
        .map(
            i -> {
              var into = new float[1];
              split.copy(i, into, 0);
              assertThat(split.label(i)).isEqualTo((int) into[0] % 3);
              return (int) into[0];
            });
  }

  /** Sample i holds the value i and has the label i modulo 3. */
  private static Split counting(int count) {
    var rows = new float[count][];
    for (var i = 0; i < count; i++) {
      rows[i] = new float[] {i};
    }
    return new Split(
        new Samples.Floats(rows, 1), IntStream.range(0, count).map(i -> i % 3).toArray());
  }
}
