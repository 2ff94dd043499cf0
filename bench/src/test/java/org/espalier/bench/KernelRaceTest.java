package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.parameter.Block;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelRaceTest {

  @ParameterizedTest
  @CsvSource({"37, 53, 0.2, 100", "64, 29, 0.9, 17", "5, 300, 0.02, 64"})
  void whatIsTimedIsRight(int rows, int columns, double density, int batch) {
    var matrix = SparseMatrix.random(rows, columns, density, Block.SINGLE, 3);
    for (var kernels : KernelChoice.available()) {
      try (var race = new KernelRace(kernels, matrix, batch)) {
        assertThat(race.error()).as(kernels.name()).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2x1", "1x2", "2x2", "4x4"})
  void whatIsTimedInBlocksIsRight(String block) {
    var matrix = SparseMatrix.random(48, 56, 0.2, Block.parse(block), 3);
    for (var kernels : KernelChoice.available()) {
      try (var race = new KernelRace(kernels, matrix, 100)) {
        assertThat(race.error()).as(kernels.name()).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"37, 53, 0.2", "64, 29, 0.9"})
  void matricesHaveExactlyTheirDensity(int rows, int columns, double density) {
    var matrix = SparseMatrix.random(rows, columns, density, Block.SINGLE, 3);

    assertThat(matrix.nonZeros()).isEqualTo((int) Math.round(density * rows * columns));
    assertThat(matrix.columnStart()[columns]).isEqualTo(matrix.nonZeros());
  }
}
