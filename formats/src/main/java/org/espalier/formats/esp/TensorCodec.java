package org.espalier.formats.esp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;

/** One tensor as one section: its mask, if it is sparse, then its values. */
final class TensorCodec {
  private static final String LEVELS = "int";
  private static final float LARGEST_HALF = 65504;
  private static final float SMALLEST_NORMAL_HALF = 0x1p-14f;

  private static final int MOST_PER_BYTE = 1 << 5; // values, and rows
  private static final int MOST_POSITIONS_PER_BYTE = 1 << 10;

  private TensorCodec() {}

  static EncodedSection encode(Parameter parameter, Coding coding) {
    var weights = StoredWeights.of(parameter);
    var rows = quantised(weights, coding);
    if (rows.isPresent() && rows.get().finite()) {
      return section(weights, rows.get());
    }
    var codec = floats(weights, coding);
    return section(
        weights.spec(),
        weights.topology(),
        weights.values().length,
        codec.name().toLowerCase(Locale.ROOT),
        codec.encode(weights.values()));
  }

  private static Optional<QuantisedRows> quantised(StoredWeights weights, Coding coding) {
    if (!weights.spec().prunable()) {
      return Optional.empty();
    }
    return switch (coding) {
      case Coding.Exact _, Coding.Half _, Coding.Refined _ -> Optional.empty();
      case Coding.Quantised(var bits) ->
          Optional.of(QuantisedRows.of(weights.rowStart(), weights.values(), bits));
      case Coding.Stepped(var step) ->
          Optional.of(
              QuantisedRows.stepped(
                  weights.rowStart(), weights.values(), (float) (step * weights.norm())));
    };
  }

  /** Zeros are left out of a sparse tensor; a dense one turns sparse if half of it is zeros. */
  private static EncodedSection section(StoredWeights weights, QuantisedRows rows) {
    var zeros = rows.zeros();
    var dense = weights.topology().isEmpty() && 2L * zeros.length < rows.levels().length;
    var kept = dense ? rows : rows.withoutZeros();
    return section(
        weights.spec(),
        dense ? Optional.empty() : Optional.of(weights.topologyWithout(zeros)),
        kept.levels().length,
        LEVELS + kept.bits(),
        LevelCodec.encode(kept));
  }

  /** Weights may vanish in float16, scales and variances may not: they multiply or divide. */
  private static FloatCodec floats(StoredWeights weights, Coding coding) {
    if (coding instanceof Coding.Exact) {
      return FloatCodec.F32;
    }
    var least = weights.spec().prunable() ? 0 : SMALLEST_NORMAL_HALF;
    for (var value : weights.values()) {
      var size = Math.abs(value);
      if (size > LARGEST_HALF || (size != 0 && size < least)) {
        return FloatCodec.F32;
      }
    }
    return FloatCodec.F16;
  }

  private static EncodedSection section(
      ParameterSpec spec, Optional<Topology> mask, int stored, String values, byte[] coded) {
    var bytes = new ByteArrayOutputStream();
    mask.ifPresent(it -> bytes.writeBytes(MaskSection.encode(it)));
    bytes.writeBytes(coded);
    var least = least(spec, stored);
    var padded = Arrays.copyOf(bytes.toByteArray(), Math.toIntExact(Math.max(bytes.size(), least)));
    return EncodedSection.of(List.of(spec.name()), mask.isPresent(), stored, values, padded);
  }

  /**
   * Reads a tensor.
   *
   * @throws DataFormatException if it is not what {@link #encode} wrote
   */
  static Parameter decode(ParameterSpec spec, Section section, byte[] bytes)
      throws DataFormatException {
    requireModest(spec, section);
    var stored = (int) section.stored();
    if (section.sparse()) {
      var mask = MaskSection.decode(bytes, spec.rows(), spec.columns(), stored);
      var values = values(section, bytes, mask.end(), mask.topology().rowStart(), stored);
      return StoredWeights.sparse(spec, mask.topology(), values).parameter();
    }
    if (section.stored() != spec.size()) {
      throw new DataFormatException(stored + " values, expected " + spec.size());
    }
    var rowStart = StoredWeights.rowStart(spec);
    return StoredWeights.dense(spec, values(section, bytes, 0, rowStart, stored)).parameter();
  }

  /**
   * Bytes that a section must have for what it promises; one that compresses better is padded with
   * zeros. So a reader takes time and memory in proportion to the file: positions of a mask, and
   * equal values, may be coded in next to no bits.
   */
  static long least(ParameterSpec spec, long stored) {
    return (stored + spec.rows()) / MOST_PER_BYTE + spec.size() / MOST_POSITIONS_PER_BYTE;
  }

  private static float[] values(Section section, byte[] bytes, int from, int[] rowStart, int stored)
      throws DataFormatException {
    for (var codec : FloatCodec.values()) {
      if (codec.name().toLowerCase(Locale.ROOT).equals(section.values())) {
        var values = new float[stored];
        codec.decode(bytes, from, values);
        return values;
      }
    }
    for (var bits = QuantisedRows.LEAST_BITS; bits <= QuantisedRows.MOST_BITS; bits++) {
      if (section.values().equals(LEVELS + bits)) {
        return LevelCodec.decode(bits, bytes, from, rowStart.length - 1, stored).values(rowStart);
      }
    }
    throw new DataFormatException(
        "values are '" + section.values() + "', expected f32, f16 or int2 to int8");
  }

  /** Before anything of their size is allocated. */
  static void requireModest(ParameterSpec spec, Section section) throws DataFormatException {
    if (section.stored() > Math.min(spec.size(), Integer.MAX_VALUE - 8)
        || section.bytes() < least(spec, section.stored())) {
      throw new DataFormatException(
          "%d values of %d in %d rows and %d bytes: damaged"
              .formatted(section.stored(), spec.size(), spec.rows(), section.bytes()));
    }
    if (section.sparse() && !spec.prunable()) {
      throw new DataFormatException("sparse, but only weights of layers may be");
    }
  }
}
