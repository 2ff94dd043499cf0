package org.espalier.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFilesTest {
  @TempDir Path folder;

  @Test
  void recordsOfAllFilesAreReadInOrder() {
    writeCifar10();
    var dataset = CifarFiles.CIFAR_10.read("cifar-10", folder);
    assertThat(dataset.shape()).isEqualTo(new Shape(3, 32, 32));
    assertThat(dataset.classes()).hasSize(10).doesNotHaveDuplicates().startsWith("airplane");
    assertThat(dataset.train().size()).isEqualTo(10);
    assertThat(dataset.test().size()).isEqualTo(3);
    assertThat(dataset.train().label(2)).isEqualTo(2);
    var into = new float[3072];
    dataset.train().copy(3, into, 0); // second record of the second file
    assertThat(into[0]).isEqualTo(21 / 255f);
    assertThat(into[3071]).isEqualTo((21 + 3071) % 256 / 255f);
  }

  @Test
  void fineLabelCountsInCifar100() {
    TestData.write(folder.resolve("train.bin"), records(2, new int[] {19, 99}, 1));
    TestData.write(folder.resolve("test.bin"), records(1, new int[] {0, 42}, 1));
    var dataset = CifarFiles.CIFAR_100.read("cifar-100", folder);
    assertThat(dataset.classes()).hasSize(100).doesNotHaveDuplicates().isSorted();
    assertThat(dataset.train().label(1)).isEqualTo(99);
    assertThat(dataset.test().label(0)).isEqualTo(42);
  }

  @Test
  void truncatedFileIsNamed() {
    writeCifar10();
    var file = folder.resolve("data_batch_3.bin");
    for (var length : new int[] {0, 1, 3072, 3074, 6145}) {
      TestData.write(file, Arrays.copyOf(records(2, new int[] {4}, 0), length));
      assertRefused("data_batch_3.bin: %d bytes, expected a multiple of 3073".formatted(length));
    }
  }

  @Test
  void labelOutsideTheClassesIsNamed() {
    writeCifar10();
    TestData.write(folder.resolve("test_batch.bin"), records(2, new int[] {10}, 0));
    assertRefused("test_batch.bin: label 10 of sample 0, expected 0 to 9");
  }

  @Test
  void coarseLabelIsCheckedToo() {
    TestData.write(folder.resolve("train.bin"), records(2, new int[] {20, 99}, 1));
    TestData.write(folder.resolve("test.bin"), records(1, new int[] {0, 42}, 1));
    assertThatThrownBy(() -> CifarFiles.CIFAR_100.read("cifar-100", folder))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("train.bin: label 20 of sample 0, expected 0 to 19");
  }

  @Test
  void missingBatchIsNamed() throws IOException {
    writeCifar10();
    Files.delete(folder.resolve("data_batch_5.bin"));
    assertRefused("data_batch_5.bin: no such file");
  }

  @Test
  void unpackedRealImagesAreRead() {
    var real = TestData.folder("cifar-10");
    var unpacked =
        Files.isDirectory(real.resolve("cifar-10-batches-bin"))
            ? real.resolve("cifar-10-batches-bin")
            : real;
    if (!Files.exists(unpacked.resolve("data_batch_1.bin"))) {
      Assumptions.abort("no real data: " + unpacked + " has no data_batch_1.bin");
    }
    var dataset = CifarFiles.CIFAR_10.read("cifar-10", unpacked);
    assertThat(dataset.train().size()).isBetween(49_900, 50_000);
    assertThat(dataset.train().classCounts(10)).hasSize(10).doesNotContain(0);
  }

  private void writeCifar10() {
    for (var i = 1; i <= 5; i++) {
      TestData.write(folder.resolve("data_batch_" + i + ".bin"), records(2, new int[] {i}, 10 * i));
    }
    TestData.write(folder.resolve("test_batch.bin"), records(3, new int[] {0}, 0));
  }

  /** Records with the same labels; the pixels of record i count up from {@code first + i}. */
  private static byte[] records(int count, int[] labels, int first) {
    var size = labels.length + 3072;
    var bytes = new byte[count * size];
    for (var i = 0; i < bytes.length; i++) {
      var place = i % size;
      bytes[i] =
          (byte) (place < labels.length ? labels[place] : first + i / size + place - labels.length);
    }
    return bytes;
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> CifarFiles.CIFAR_10.read("cifar-10", folder))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }
}
