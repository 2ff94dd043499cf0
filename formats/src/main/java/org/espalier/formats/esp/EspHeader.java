package org.espalier.formats.esp;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.espalier.engine.EspalierException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What a compressed file says of itself: deflated JSON, read strictly.
 *
 * @param network as text, see {@link org.espalier.engine.network.NetworkText}
 * @param sections in the order of their bytes
 */
record EspHeader(String network, Map<String, String> metadata, List<Section> sections) {
  /** Of the text of a header, deflated or not. */
  static final int MOST_BYTES = 1 << 26;

  private static final int MOST_PER_BYTE = 256;
  private static final int FREE = 1 << 16;
  private static final int CHUNK = 1 << 14;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MOST_BYTES)
                  .maxNestingDepth(4)
                  .build())
          .build();

  EspHeader {
    metadata = Map.copyOf(metadata);
    sections = List.copyOf(sections);
  }

  /** Bytes of all sections. */
  long payload() {
    return sections.stream().mapToLong(Section::bytes).sum();
  }

  /** Whether a file may be cut off inside its last section. */
  boolean progressive() {
    return !sections.isEmpty() && sections.getLast().progressive();
  }

  /** The same header gives the same bytes: metadata are sorted by key. */
  byte[] deflated() {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeName("network").writeString(network);
      json.writeName("metadata").writeStartObject();
      new TreeMap<>(metadata).forEach((key, value) -> json.writeName(key).writeString(value));
      json.writeEndObject();
      json.writeName("sections").writeStartArray();
      for (var section : sections) {
        json.writeStartObject();
        json.writeName("tensors").writeStartArray();
        section.tensors().forEach(json::writeString);
        json.writeEndArray();
        json.writeName("sparse").writeBoolean(section.sparse());
        json.writeName("stored").writeNumber(section.stored());
        json.writeName("values").writeString(section.values());
        json.writeName("bytes").writeNumber(section.bytes());
        json.writeName("crc32c").writeString(HexFormat.of().toHexDigits(section.checksum()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    var deflated = deflate(bytes, Deflater.BEST_COMPRESSION);
    return bytes.length <= most(deflated) ? deflated : deflate(bytes, Deflater.NO_COMPRESSION);
  }

  /**
   * Reads a header.
   *
   * @throws EspalierException without the name of the file
   */
  static EspHeader inflated(byte[] deflated) {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), text(inflate(deflated)))) {
      return new Reader(parser).header();
    } catch (JacksonException e) {
      var message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new EspalierException("header is not strict JSON: " + message, e);
    }
  }

  /** A reader inflates to no more than that, whatever it is given. */
  private static long most(byte[] deflated) {
    return Math.min(MOST_BYTES, FREE + (long) MOST_PER_BYTE * deflated.length);
  }

  private static byte[] deflate(byte[] text, int level) {
    try (var deflater = new Deflater(level)) {
      deflater.setInput(text);
      deflater.finish();
      var deflated = new ByteArrayOutputStream();
      var chunk = new byte[CHUNK];
      while (!deflater.finished()) {
        deflated.write(chunk, 0, deflater.deflate(chunk));
      }
      return deflated.toByteArray();
    }
  }

  private static byte[] inflate(byte[] deflated) {
    try (var inflater = new Inflater()) {
      inflater.setInput(deflated);
      var text = new ByteArrayOutputStream();
      var chunk = new byte[CHUNK];
      while (!inflater.finished()) {
        var count = inflater.inflate(chunk);
        if (count == 0 && !inflater.finished()) {
          throw new EspalierException("header ends too early: damaged");
        }
        text.write(chunk, 0, count);
        if (text.size() > most(deflated)) {
          throw new EspalierException("header of more than " + most(deflated) + " bytes");
        }
      }
      if (inflater.getRemaining() > 0) {
        throw new EspalierException("header goes on after its end: damaged");
      }
      return text.toByteArray();
    } catch (DataFormatException e) {
      throw new EspalierException("header cannot be inflated: damaged", e);
    }
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new EspalierException("header is not UTF-8", e);
    }
  }

  /** Walks over the tokens of one header, whose members have a fixed order. */
  private record Reader(JsonParser parser) {

    EspHeader header() {
      next(JsonToken.START_OBJECT, "header");
      name("network");
      var network = string("network");
      name("metadata");
      var metadata = metadata();
      name("sections");
      next(JsonToken.START_ARRAY, "sections");
      var sections = new ArrayList<Section>();
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        sections.add(section());
      }
      require(JsonToken.END_ARRAY, parser.currentToken(), "sections");
      next(JsonToken.END_OBJECT, "header");
      if (parser.nextToken() != null) {
        throw new EspalierException("header goes on after its closing brace");
      }
      return new EspHeader(network, metadata, sections);
    }

    private Map<String, String> metadata() {
      next(JsonToken.START_OBJECT, "metadata");
      var metadata = new LinkedHashMap<String, String>();
      for (var key = parser.nextName(); key != null; key = parser.nextName()) {
        metadata.put(key, string("metadata " + key));
      }
      require(JsonToken.END_OBJECT, parser.currentToken(), "metadata");
      return metadata;
    }

    private Section section() {
      name("tensors");
      next(JsonToken.START_ARRAY, "tensors");
      var tensors = new ArrayList<String>();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        tensors.add(parser.getString());
      }
      require(JsonToken.END_ARRAY, parser.currentToken(), "tensors");
      name("sparse");
      var sparse = parser.nextToken() == JsonToken.VALUE_TRUE;
      require(
          sparse ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE, parser.currentToken(), "sparse");
      name("stored");
      var stored = natural("stored");
      name("values");
      var values = string("values");
      name("bytes");
      var bytes = natural("bytes");
      name("crc32c");
      var checksum = checksum(string("crc32c"));
      next(JsonToken.END_OBJECT, "section");
      if (tensors.isEmpty()) {
        throw new EspalierException("header has a section without tensors");
      }
      return new Section(tensors, sparse, stored, values, bytes, checksum);
    }

    private static int checksum(String digits) {
      if (digits.length() != 8 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
        throw new EspalierException(
            "header: crc32c is '" + digits + "', expected 8 hexadecimal digits");
      }
      return HexFormat.fromHexDigits(digits);
    }

    private void name(String expected) {
      var name = parser.nextName();
      if (!expected.equals(name)) {
        throw new EspalierException(
            "header: "
                + (name == null ? parser.currentToken() : "'" + name + "'")
                + ", expected '"
                + expected
                + "'");
      }
    }

    private String string(String what) {
      next(JsonToken.VALUE_STRING, what);
      return parser.getString();
    }

    private long natural(String what) {
      next(JsonToken.VALUE_NUMBER_INT, what);
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw new EspalierException(
            "header: " + what + " is " + parser.getString() + ", expected 0 to 2^63 - 1");
      }
      return parser.getLongValue();
    }

    private void next(JsonToken expected, String what) {
      require(expected, parser.nextToken(), what);
    }

    private static void require(JsonToken expected, Object found, String what) {
      if (found != expected) {
        throw new EspalierException("header: " + what + " is " + found + ", expected " + expected);
      }
    }
  }
}
