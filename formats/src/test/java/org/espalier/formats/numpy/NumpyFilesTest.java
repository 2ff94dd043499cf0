package org.espalier.formats.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.engine.EspalierException;
import org.espalier.formats.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyFilesTest {
  @TempDir Path folder;

  private Path array(int version, String header, Consumer<ByteBuffer> data) throws IOException {
    return Files.write(folder.resolve("a.npy"), bytes(version, header, data));
  }

  private static byte[] bytes(int version, String header, Consumer<ByteBuffer> data) {
    var buffer = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(NpyFile.MAGIC).put((byte) version).put((byte) 0);
    var text = header.getBytes(StandardCharsets.UTF_8);
    if (version == 1) {
      buffer.putShort((short) text.length);
    } else {
      buffer.putInt(text.length);
    }
    data.accept(buffer.put(text));
    var bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String header(String type, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n"
        .formatted(type, fortran ? "True" : "False", shape);
  }

  @ParameterizedTest
  @CsvSource({
    "<f4, 1", ">f4, 2", "<f8, 3", ">f8, 1", "<f2, 2", ">f2, 1", "<i4, 1", ">i4, 1", "<i8, 3",
    "|i1, 1", "|u1, 1", "<u2, 1", ">i2, 1", "<u4, 1", "<u8, 1", "|b1, 1"
  })
  void numbersOfEveryTypeBecomeFloats(String type, int version) throws IOException {
    var order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    var file =
        array(
            version,
            header(type, false, "(2, 3)"),
            out -> {
              out.order(order);
              for (var i = 0; i < 6; i++) {
                switch (type.substring(1)) {
                  case "f4" -> out.putFloat(i);
                  case "f8" -> out.putDouble(i);
                  case "f2" -> out.putShort(Float.floatToFloat16(i));
                  case "i4", "u4" -> out.putInt(i);
                  case "i8", "u8" -> out.putLong(i);
                  case "i2", "u2" -> out.putShort((short) i);
                  default -> out.put((byte) i);
                }
              }
            });

    var read = NpyFile.read(file);

    assertThat(read.shape()).containsExactly(2, 3);
    assertThat(read.values()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void columnsFirstAreTurned() throws IOException {
    var file =
        array(
            1,
            header("<f4", true, "(2, 3)"),
            out -> {
              for (var value : new float[] {11, 21, 12, 22, 13, 23}) {
                out.putFloat(value);
              }
            });

    assertThat(NpyFile.read(file).values()).containsExactly(11, 12, 13, 21, 22, 23);
  }

  @Test
  void scalarsAndVectorsHaveTheirShapes() throws IOException {
    assertThat(NpyFile.read(array(1, header("<f4", false, "()"), it -> it.putFloat(7))).shape())
        .isEmpty();
    assertThat(NpyFile.read(array(1, header("<f4", false, "(1,)"), it -> it.putFloat(7))).shape())
        .containsExactly(1);
    assertThat(NpyFile.read(array(1, header("<f4", false, "(0, 3)"), _ -> {})).values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 70_000})
  void writtenArraysAreReadBack(int size) {
    var values = new float[size];
    var random = new Random(1);
    for (var i = 0; i < size; i++) {
      values[i] = random.nextFloat();
    }
    var file = folder.resolve("w.npy");

    NpyFile.write(file, List.of(size), values);

    assertThat(NpyFile.read(file).shape()).containsExactly(size);
    assertThat(NpyFile.read(file).values()).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9,)} # 4 bytes of data, expected 9",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000)} # 4 bytes",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)} # descr |O, expected numbers",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (1,)} # descr <f3",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)} # descr of a plain",
        "{'descr': '<f4', 'shape': (1,)} # expected descr of a plain number",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)} # shape (-1,)",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': True} # key x",
        "[1, 2] # expected a dictionary"
      })
  void otherHeadersAreRefused(String header, String message) throws IOException {
    var file = array(1, header, out -> out.putFloat(1));

    assertThatThrownBy(() -> NpyFile.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void archivesGoThereAndBackWithTheSameBytes() throws IOException {
    var arrays = new LinkedHashMap<String, Tensor>();
    arrays.put("conv1.weight", new Tensor(List.of(2, 1, 1, 1), new float[] {1, -2}));
    arrays.put("fc/bias", new Tensor(List.of(3), new float[] {1, 2, 3}));
    var one = folder.resolve("1.npz");
    var two = folder.resolve("2.npz");

    NpzFile.write(one, arrays);
    NpzFile.write(two, arrays);

    assertThat(one).hasSameBinaryContentAs(two);
    var read = NpzFile.read(one);
    assertThat(read.keySet()).containsExactly("conv1.weight", "fc/bias");
    assertThat(read.get("conv1.weight"))
        .satisfies(it -> assertThat(it.values()).containsExactly(1, -2))
        .satisfies(it -> assertThat(it.shape()).containsExactly(2, 1, 1, 1));
  }

  @Test
  void compressedArchivesAreRead() throws IOException {
    var array = bytes(1, header("<f4", false, "(2,)"), out -> out.putFloat(3).putFloat(4));

    assertThat(NpzFile.read(zip("a.npy", array)).get("a"))
        .satisfies(it -> assertThat(it.values()).containsExactly(3, 4));
  }

  @Test
  void archivesThatPromiseTooMuchAreRefused() throws IOException {
    var zeros = new ByteArrayOutputStream();
    zeros.writeBytes(bytes(1, header("|u1", false, "(9000000,)"), _ -> {}));
    zeros.writeBytes(new byte[9_000_000]);

    var file = zip("a.npy", zeros.toByteArray());

    assertThatThrownBy(() -> NpzFile.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("at most 64 times the size of the file");
  }

  @Test
  void archivesOfPytorchAndOthersAreRefused() throws IOException {
    var pickle = zip("model/data.pkl", new byte[] {1});
    var other = zip("readme.txt", new byte[] {1});
    var broken = Files.write(folder.resolve("b.npz"), new byte[] {'P', 'K', 3, 4, 0, 0});

    assertThatThrownBy(() -> NpzFile.read(pickle)).hasMessageContaining("safetensors.torch");
    assertThatThrownBy(() -> NpzFile.read(other)).hasMessageContaining("entry readme.txt");
    assertThatThrownBy(() -> NpzFile.read(broken))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("not a ZIP archive, or damaged");
  }

  @Test
  void archiveCutOffAnywhereIsRefused() throws IOException {
    var whole = folder.resolve("whole.npz");
    NpzFile.write(whole, Map.of("a", new Tensor(List.of(2), new float[] {1, 2})));
    var bytes = Files.readAllBytes(whole);
    for (var length = 0; length < bytes.length; length++) {
      var cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> NpzFile.read(cut)).isInstanceOf(EspalierException.class);
    }
  }

  @Test
  void everyFlippedByteOfAnArrayIsSeen() throws IOException {
    var file = folder.resolve("a.npz");
    NpzFile.write(file, Map.of("a", new Tensor(List.of(40), new float[40])));
    var bytes = Files.readAllBytes(file);
    var begin = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("NUMPY") - 1;
    var size = (int) NpyFile.size(List.of(40), new float[40]);
    for (var at = begin; at < begin + size; at++) {
      bytes[at] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> NpzFile.read(file))
          .as("byte %d", at)
          .isInstanceOf(EspalierException.class)
          .hasMessageStartingWith(file + ": entry a.npy: ");
      bytes[at] ^= 1;
    }
  }

  @Test
  void flippedBytesOfACompressedArrayNeverBecomeOtherNumbers() throws IOException {
    var array = bytes(1, header("<f4", false, "(2,)"), out -> out.putFloat(3).putFloat(4));
    var file = zip("a.npy", array);
    var bytes = Files.readAllBytes(file);
    var begin = 30 + "a.npy".length(); // what precedes the data of the first entry
    var refused = 0;
    for (var at = begin; at < begin + NpzFile.tensors(file).getFirst().bytes(); at++) {
      bytes[at] ^= 4;
      Files.write(file, bytes);
      try {
        assertThat(NpzFile.read(file).get("a"))
            .as("byte %d", at)
            .satisfies(it -> assertThat(it.values()).containsExactly(3, 4));
      } catch (EspalierException e) {
        refused++;
      }
      bytes[at] ^= 4;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void archivesDoNotDependOnTheTimeZone() {
    var zone = TimeZone.getDefault();
    var files = new ArrayList<Path>();
    try {
      for (var id : List.of("Pacific/Auckland", "America/Anchorage")) {
        TimeZone.setDefault(TimeZone.getTimeZone(id));
        files.add(folder.resolve(files.size() + ".npz"));
        NpzFile.write(files.getLast(), Map.of("a", new Tensor(List.of(1), new float[] {1})));
      }
    } finally {
      TimeZone.setDefault(zone);
    }
    assertThat(files.getFirst()).hasSameBinaryContentAs(files.getLast());
  }

  private Path zip(String name, byte[] content) throws IOException {
    var file = Files.createTempFile(folder, "z", ".npz");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    }
    return file;
  }
}
