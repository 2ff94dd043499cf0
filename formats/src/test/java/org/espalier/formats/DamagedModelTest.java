package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No damage passes unseen, and every damage is one line that names the file. */
class DamagedModelTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  @Test
  void truncationAtEveryByteIsRefused() throws IOException {
    var whole = smallModel();
    for (var length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      refused("first " + length + " bytes", "");
    }
  }

  @Test
  void bytesAfterTheEndAreRefused() throws IOException {
    Files.write(path, Arrays.copyOf(smallModel(), smallModel().length + 1));
    refused("one more byte", "too long");
  }

  @Test
  void everyFlippedBitIsSeen() throws IOException {
    var whole = smallModel();
    var headerEnd = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (var at = 0; at < whole.length; at += at < headerEnd ? 1 : 7) {
      for (var bit = 0; bit < 8; bit++) {
        whole[at] ^= (byte) (1 << bit);
        Files.write(path, whole);
        refused("bit " + bit + " of byte " + at, "");
        whole[at] ^= (byte) (1 << bit);
      }
    }
  }

  @Test
  void missingFileAndFolderAreNamed() throws IOException {
    refused("no file", "no such file or folder");
    Files.createDirectory(path);
    refused("a folder", "");
  }

  @Test
  void tensorsThatDoNotFitAreRefused() {
    forged(f -> f.starts(0, 1, 2), "fc.weight.row_starts: element 2 is 2, expected 3");
    forged(f -> f.starts(1, 2, 3), "fc.weight.row_starts: element 0 is 1, expected 0");
    forged(f -> f.starts(0, 4, 3), "fc.weight.row_starts: element 1 is 4, expected 0 to 3");
    forged(f -> f.starts(0, -1, 3), "fc.weight.row_starts: element 1 is -1, expected 0 to");
    forged(f -> f.starts(0, 1, 2, 3), "fc.weight.row_starts: shape [4], expected [3]");
    forged(f -> f.columns(1, 0, 4), "element 2 in row 1 is 4, expected 1 to 3");
    forged(f -> f.columns(1, 2, 2), "element 2 in row 1 is 2, expected 3 to 3");
    forged(f -> f.columns(1, 3, 2), "element 2 in row 1 is 2, expected 4 to 3");
    forged(f -> f.columns(1, 0), "fc.weight.columns: shape [2], expected [3]");
    forged(f -> f.values = new float[2], "fc.weight.row_starts: element 2 is 3, expected 2");
    forged(f -> f.bias = new float[3], "tensor fc.bias: shape [3], expected [2]");
    forged(f -> f.wideColumns = new int[] {1, 0, 2}, "fc.weight.columns: dtype I32, expected U16");
    forged(f -> f.extra = true, "tensor extra is not part of network n");
  }

  @Test
  void metadataThatDoNotFitAreRefused() {
    forged(f -> f.metadata.remove("espalier.version"), "no espalier.version in its metadata");
    forged(f -> f.metadata.put("espalier.version", "2"), "espalier.version is 2, expected 1");
    forged(f -> f.metadata.remove("espalier.network"), "no espalier.network in its metadata");
    forged(f -> f.metadata.put("espalier.network", "nonsense"), "network text, line 1");
    forged(f -> f.storage("sparse 4x2"), "'sparse 4x2', expected 'sparse 2x4' or 'masked 2x4'");
    forged(f -> f.storage("masked 2x4"), "tensor fc.weight is missing, expected shape [2, 4]");
    forged(
        f -> f.metadata.remove("espalier.storage.fc.weight"),
        "tensor fc.weight is missing, expected shape [2, 4]");
    forged(
        f -> f.metadata.put("espalier.storage.fc.bias", "dense 2"),
        "metadata key espalier.storage.fc.bias does not belong");
  }

  /** Shapes of billions in a file of a few hundred bytes must not be believed. */
  @Test
  void promisesBeyondTheFileAllocateNothing() {
    forged(
        f -> {
          f.network(900_000_000, 800_000_000);
          f.storage("sparse 800000000x900000000");
        },
        "fc.weight.row_starts: shape [3], expected [800000001]");
    forged(
        f -> {
          f.network(40_000, 50_000);
          f.metadata.remove("espalier.storage.fc.weight");
        },
        "tensor fc.weight is missing, expected shape [50000, 40000]");
  }

  /** A file that is damaged in one respect only, its checksum included right. */
  private void forged(Consumer<Forgery> damage, String expected) {
    var forgery = new Forgery();
    damage.accept(forgery);
    forgery.write(path);
    refused("forgery", expected);
  }

  private void refused(String what, String expected) {
    var thrown = catchThrowable(() -> ModelFile.read(path));
    assertThat(thrown).as(what).isInstanceOf(EspalierException.class);
    assertThat(thrown.getMessage())
        .as(what)
        .contains(path.toString())
        .contains(expected)
        .doesNotContain("\n");
  }

  private byte[] smallModel() throws IOException {
    new Forgery().write(path);
    ModelFile.read(path);
    return Files.readAllBytes(path);
  }

  /** The parts of a valid model with one sparse layer of 2 × 4. */
  private static final class Forgery {
    private final Map<String, String> metadata = new HashMap<>(Map.of("recipe", "seed: 1"));
    private int[] starts = {0, 1, 3};
    private char[] columns = {1, 0, 2};
    private int[] wideColumns = {};
    private float[] values = {0.5f, -1, 2};
    private float[] bias = {1, 2};
    private boolean extra;

    Forgery() {
      metadata.put("espalier.version", "1");
      network(4, 2);
      storage("sparse 2x4");
    }

    void network(int inputs, int outputs) {
      var network = NetworkBuilder.of("n", Shape.features(inputs)).linear("fc", outputs).build();
      metadata.put("espalier.network", NetworkText.write(network));
    }

    void storage(String text) {
      metadata.put("espalier.storage.fc.weight", text);
    }

    void starts(int... starts) {
      this.starts = starts;
    }

    void columns(int... columns) {
      this.columns = new char[columns.length];
      for (var i = 0; i < columns.length; i++) {
        this.columns[i] = (char) columns[i];
      }
    }

    void write(Path path) {
      var file = new SafetensorsWriter();
      file.add("fc.weight.values", List.of(values.length), values);
      file.add("fc.weight.row_starts", List.of(starts.length), starts);
      if (wideColumns.length > 0) {
        file.add("fc.weight.columns", List.of(wideColumns.length), wideColumns);
      } else {
        file.add("fc.weight.columns", List.of(columns.length), columns);
      }
      file.add("fc.bias", List.of(bias.length), bias);
      if (extra) {
        file.add("extra", List.of(1), new float[1]);
      }
      file.write(path, metadata);
    }
  }
}
