package org.espalier.formats;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON header of a safetensors file, read strictly: whatever the format does not allow is an
 * error that names the tensor, the value found and what was expected.
 *
 * @param tensors by name, in the order of their data
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
  /** The limit of the reference implementation. */
  static final int MAX_BYTES = 100_000_000;

  static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(MAX_BYTES).maxNestingDepth(3).build())
          .build();

  /**
   * Reads a header.
   *
   * @param dataBytes size of the data area, which the tensors must fill exactly
   * @throws EspalierException without the name of the file
   */
  static SafetensorsHeader parse(byte[] bytes, long dataBytes) {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new EspalierException("header does not begin with '{'");
    }
    try (var parser = JSON.createParser(ObjectReadContext.empty(), text(bytes))) {
      return new Reader(parser).header(dataBytes);
    } catch (JacksonException e) {
      var message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      var place = e.getLocation(); // unknown where a limit is exceeded
      throw new EspalierException(
          "header is not strict JSON: "
              + message
              + (place == null ? "" : " at character " + place.getCharOffset()),
          e);
    }
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new EspalierException("header is not UTF-8", e);
    }
  }

  /** Walks over the tokens of one header. */
  private record Reader(JsonParser parser) {

    SafetensorsHeader header(long dataBytes) {
      Map<String, String> metadata = Map.of();
      var tensors = new ArrayList<TensorInfo>();
      expect(JsonToken.START_OBJECT, parser.nextToken(), "header");
      for (var name = parser.nextName(); name != null; name = parser.nextName()) {
        if (name.equals(METADATA)) {
          metadata = metadata();
        } else {
          tensors.add(tensor(name));
        }
      }
      if (parser.nextToken() != null) {
        throw new EspalierException("header goes on after its closing brace");
      }
      return new SafetensorsHeader(metadata, laidOut(tensors, dataBytes));
    }

    private Map<String, String> metadata() {
      var metadata = new LinkedHashMap<String, String>();
      expect(JsonToken.START_OBJECT, parser.nextToken(), METADATA);
      for (var key = parser.nextName(); key != null; key = parser.nextName()) {
        expect(JsonToken.VALUE_STRING, parser.nextToken(), METADATA + " " + key);
        metadata.put(key, parser.getString());
      }
      return metadata;
    }

    private TensorInfo tensor(String name) {
      var what = "tensor " + name;
      ElementType type = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      expect(JsonToken.START_OBJECT, parser.nextToken(), what);
      for (var key = parser.nextName(); key != null; key = parser.nextName()) {
        switch (key) {
          case "dtype" -> type = type(what);
          case "shape" -> shape = numbers(what + " shape");
          case "data_offsets" -> offsets = numbers(what + " data_offsets");
          default ->
              throw new EspalierException(
                  what + ": key " + key + ", expected dtype, shape and data_offsets");
        }
      }
      if (type == null || shape == null || offsets == null) {
        throw new EspalierException(what + ": expected dtype, shape and data_offsets");
      }
      if (offsets.size() != 2) {
        throw new EspalierException(what + ": data_offsets " + offsets + ", expected two numbers");
      }
      return checked(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private ElementType type(String what) {
      expect(JsonToken.VALUE_STRING, parser.nextToken(), what + " dtype");
      var name = parser.getString();
      for (var type : ElementType.values()) {
        if (type.name().equals(name)) {
          return type;
        }
      }
      throw new EspalierException(
          what + ": dtype " + name + ", expected one of " + List.of(ElementType.values()));
    }

    private List<Long> numbers(String what) {
      var numbers = new ArrayList<Long>();
      expect(JsonToken.START_ARRAY, parser.nextToken(), what);
      for (var token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        expect(JsonToken.VALUE_NUMBER_INT, token, what);
        var number = parser.getLongValue();
        if (number < 0) {
          throw new EspalierException(what + ": " + number + ", expected at least 0");
        }
        numbers.add(number);
      }
      return numbers;
    }

    private static void expect(JsonToken expected, @Nullable JsonToken found, String what) {
      if (found != expected) {
        throw new EspalierException(what + ": " + found + ", expected " + expected);
      }
    }
  }

  private static TensorInfo checked(
      String name, ElementType type, List<Long> shape, long begin, long end) {
    var extents = new ArrayList<Integer>();
    long bytes = type.bytes();
    try {
      for (var extent : shape) {
        bytes = Math.multiplyExact(bytes, extent);
        extents.add(Math.toIntExact(extent));
      }
    } catch (ArithmeticException e) {
      throw new EspalierException("tensor " + name + ": shape " + shape + " is too large", e);
    }
    if (end - begin != bytes) {
      throw new EspalierException(
          "tensor "
              + name
              + ": "
              + (end - begin)
              + " bytes from "
              + begin
              + " to "
              + end
              + ", expected "
              + bytes
              + " for "
              + type
              + " "
              + shape);
    }
    return new TensorInfo(name, type, extents, begin, end);
  }

  /** Tensors must cover the data area from start to end, none of it twice. */
  private static Map<String, TensorInfo> laidOut(List<TensorInfo> tensors, long dataBytes) {
    var byName = new LinkedHashMap<String, TensorInfo>();
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    var next = 0L;
    for (var tensor : tensors) {
      if (tensor.begin() != next) {
        throw new EspalierException(
            "tensor "
                + tensor.name()
                + ": begins at byte "
                + tensor.begin()
                + " of the data, expected "
                + next
                + " (no gaps, no overlaps)");
      }
      next = tensor.end();
      byName.put(tensor.name(), tensor);
    }
    if (next != dataBytes) {
      throw new EspalierException(
          dataBytes
              + " bytes of data, expected "
              + next
              + " by the header: "
              + (dataBytes < next ? "truncated" : "too long"));
    }
    return byName;
  }
}
