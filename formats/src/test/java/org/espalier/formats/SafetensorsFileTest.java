package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void writtenTensorsComeBackAlignedWidestFirst() {
    var path = folder.resolve("t.safetensors");
    var many = new float[200_003]; // more than one chunk, and odd
    for (var i = 0; i < many.length; i++) {
      many[i] = i * 0.5f;
    }
    new SafetensorsWriter()
        .add("c", List.of(3), new char[] {0, 1, '\uffff'})
        .add("f", List.of(many.length), many)
        .add("i", List.of(1, 2), new int[] {7, Integer.MAX_VALUE})
        .add("none", List.of(0, 5), new float[0])
        .write(path, Map.of("key", "a \"quoted\" / ✓ \n value"));

    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.tensors().keySet()).containsExactly("f", "i", "none", "c");
      assertThat(file.floats("f")).isEqualTo(many);
      assertThat(file.naturals("i")).containsExactly(7, Integer.MAX_VALUE);
      assertThat(file.naturals("c")).containsExactly(0, 1, 65_535);
      assertThat(file.tensors())
          .extractingByKey("none")
          .extracting(TensorInfo::shape)
          .isEqualTo(List.of(0, 5));
      assertThat(file.metadata()).containsEntry("key", "a \"quoted\" / ✓ \n value");
    }
  }

  @Test
  void everyElementTypeIsReadAsFloat() {
    var data = ByteBuffer.allocate(43).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(-0.1).putLong(-(1L << 40)).putLong(-1);
    data.putFloat(1.5f).putInt(-3).putInt(-1);
    data.putShort((short) 0x3C01).putShort((short) 0xBFC0).putShort((short) -2);
    data.put((byte) 1);
    var header =
        """
        {"f64":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
         "i64":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},
         "u64":{"dtype":"U64","shape":[1],"data_offsets":[16,24]},
         "f32":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},
         "i32":{"dtype":"I32","shape":[1],"data_offsets":[28,32]},
         "u32":{"dtype":"U32","shape":[1],"data_offsets":[32,36]},
         "f16":{"dtype":"F16","shape":[1],"data_offsets":[36,38]},
         "bf16":{"dtype":"BF16","shape":[1],"data_offsets":[38,40]},
         "i16":{"dtype":"I16","shape":[1],"data_offsets":[40,42]},
         "bool":{"dtype":"BOOL","shape":[1],"data_offsets":[42,43]}}
        """;

    var tensors = SafetensorsFile.read(file(header, data.array()));

    var expected =
        Map.of(
            "f64", -0.1f,
            "i64", -0x1p40f,
            "u64", 0x1p64f,
            "f32", 1.5f,
            "i32", -3f,
            "u32", 0x1p32f,
            "f16", 1 + 0x1p-10f,
            "bf16", -1.5f,
            "i16", -2f,
            "bool", 1f);
    assertThat(tensors).hasSameSizeAs(expected);
    tensors.forEach(
        (name, tensor) ->
            assertThat(tensor.values())
                .as(name)
                .isEqualTo(new float[] {expected.getOrDefault(name, Float.NaN)}));
  }

  /** Eight bytes of data follow each header. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[] | header does not begin with '{'",
        "{ | header is not strict JSON",
        "{\"a\":1} | tensor a: VALUE_NUMBER_INT, expected START_OBJECT",
        "{} trailing | header is not strict JSON",
        "{}{} | header goes on after its closing brace",
        "{} | 8 bytes of data, expected 0 by the header: too long",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + " | Duplicate",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}} | dtype F99, expected"
            + " one",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | expected dtype, shape and data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}} | a: key x",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | expected two numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | VALUE_NUMBER_FLOAT",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | -2, expected at least"
            + " 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | 8 bytes from 0 to 8,"
            + " expected 12 for F32 [3]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | 8 bytes of data,"
            + " expected 12 by the header: truncated",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | -8 bytes from 8 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | begins at byte 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}"
            + " | b: begins at byte 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999],\"data_offsets\":[0,8]}} | is too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,99999999999],\"data_offsets\":[0,8]}} | too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}"
            + " | is too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}"
            + " | header is not strict JSON",
        "{\"__metadata__\":{\"k\":1}} | __metadata__ k: VALUE_NUMBER_INT, expected VALUE_STRING",
        "{\"__metadata__\":{\"espalier.crc32c\":\"0000000g\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | checksum",
        "{\"__metadata__\":{\"espalier.crc32c\" : \"00000000\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | not written as",
        "{\"__metadata__\":{\"espalier.crc32c\":\"\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | checksum",
      })
  void headersThatBreakTheFormatAreRefused(String header, String expected) {
    var path = file(header, new byte[8]);

    assertThatThrownBy(() -> SafetensorsFile.read(path))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(expected)
        .extracting(Throwable::getMessage)
        .matches(message -> message.lines().count() == 1);
  }

  /** The parser does not say where it met its limit. */
  @Test
  void aHeaderNestedTooDeepIsRefused() {
    var path =
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,[8]]}}", new byte[8]);

    assertThatThrownBy(() -> SafetensorsFile.read(path))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(path + ": header is not strict JSON: ")
        .hasMessageContaining("depth");
  }

  @Test
  void headerLengthBeyondTheFileOrTheLimitIsRefused() throws IOException {
    var path = folder.resolve("bad.safetensors");
    for (var length : new long[] {-1, Long.MIN_VALUE, 3, 100_000_001, Long.MAX_VALUE}) {
      var bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(path, bytes.put((byte) '{').put((byte) '}').array());

      assertThatThrownBy(() -> SafetensorsFile.read(path))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("header of " + Long.toUnsignedString(length) + " bytes, expected");
    }
  }

  @Test
  void indicesBelowZeroOrBeyondIntAreRefused() {
    var path =
        file(
            "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            new byte[] {0, 0, 0, (byte) 0x80, 0, 0, 0, 0});

    try (var file = SafetensorsFile.open(path)) {
      assertThatThrownBy(() -> file.naturals("a"))
          .isInstanceOf(EspalierException.class)
          .hasMessage(path + ": tensor a: element 0 is 2147483648, expected 0 to 2147483647");
    }
  }

  @Test
  void realWeightsOfAPublishedNetworkAreRead() {
    var path = data().resolve("models").resolve("resnet20-12fca82f.safetensors");
    if (!Files.exists(path)) {
      Assumptions.abort("skipped: no " + path + "; set ESPALIER_DATA to the folder of data sets");
    }

    var tensors = SafetensorsFile.read(path);

    assertThat(tensors).hasSize(97);
    assertThat(
            tensors.entrySet().stream()
                .filter(entry -> !entry.getKey().contains("running"))
                .mapToInt(entry -> entry.getValue().values().length)
                .sum())
        .isEqualTo(269_722);
    var conv = Objects.requireNonNull(tensors.get("layer3.0.conv1.weight"));
    assertThat(conv.shape()).containsExactly(64, 32, 3, 3);
    assertThat(conv.values()[12_345]).isCloseTo(-0.0010286024f, within(1e-7f));
    var linear = Objects.requireNonNull(tensors.get("linear.bias"));
    assertThat(linear.values()[9]).isCloseTo(-0.2702594f, within(1e-7f));
  }

  /** Six tensors of half a gibibyte that take no space on disk, and a small one behind them. */
  @Test
  void filesBeyondTwoGibibytesAreRead() throws IOException {
    var header = new StringBuilder("{");
    var half = 1L << 29;
    for (var i = 0; i < 6; i++) {
      header.append(
          "\"t%d\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]},"
              .formatted(i, half, i * half, (i + 1) * half));
    }
    var end = 6 * half;
    header.append(
        "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
            .formatted(end, end + 8));
    var json = header.toString().getBytes(StandardCharsets.UTF_8);
    var path = folder.resolve("large.safetensors");
    try (var channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      var start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(start.putLong(json.length).put(json).flip());
      var values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(values.putFloat(1.5f).putFloat(-2).flip(), 8 + json.length + end);
    } catch (IOException e) {
      Assumptions.abort("skipped: no file of 3 GiB can be made here: " + e.getMessage());
    }

    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.floats("last")).containsExactly(1.5f, -2);
    }
  }

  private static Path data() {
    var variable = System.getenv("ESPALIER_DATA");
    return variable == null ? Path.of("..", "..", "shared", "data") : Path.of(variable);
  }

  private Path file(String header, byte[] data) {
    var json = header.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json).put(data);
    try {
      return Files.write(folder.resolve("file.safetensors"), bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
