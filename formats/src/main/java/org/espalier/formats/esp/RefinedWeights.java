package org.espalier.formats.esp;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.surp.Settings;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;

/** Weights of all layers in one stream of successive refinements, as one section. */
final class RefinedWeights {
  /** The stream's own header takes no more, and four bytes per tensor. */
  private static final int HEADER = 48;

  /** At most per byte, so that a reader takes time and memory in proportion to the file. */
  private static final int MOST_ROWS = 1 << 5;

  private static final int MOST_WEIGHTS = 1 << 10;

  private RefinedWeights() {}

  /**
   * Refines weights until they take so many bytes.
   *
   * @param bytes of the stream, at most; but at least {@link #least}
   */
  static EncodedSection encode(List<Parameter> parameters, long bytes) {
    var specs = parameters.stream().map(Parameter::spec).toList();
    var dense = parameters.stream().map(Parameter::toDense).toList();
    var most = new Stop.Bytes(Math.max(bytes, least(specs)));
    var stream = Surp.encode(dense, Settings.DEFAULT, most);
    return EncodedSection.of(
        specs.stream().map(ParameterSpec::name).toList(),
        true,
        weights(specs),
        Coding.Refined.NAME,
        stream.bytes());
  }

  /** Bytes below which the stream cannot be cut. */
  static long least(List<ParameterSpec> specs) {
    var rows = specs.stream().mapToLong(ParameterSpec::rows).sum();
    return HEADER
        + (long) specs.size() * Float.BYTES
        + rows / MOST_ROWS
        + weights(specs) / MOST_WEIGHTS;
  }

  /**
   * The weights at the point of their refinement where the bytes end.
   *
   * @throws DataFormatException if they are fewer than {@link #least} or not what was encoded
   */
  static List<Parameter> decode(List<ParameterSpec> specs, Section section, byte[] bytes)
      throws DataFormatException {
    var weights = weights(specs);
    if (section.stored() != weights) {
      throw new DataFormatException(section.stored() + " weights, expected " + weights);
    }
    if (bytes.length < least(specs)) {
      throw new DataFormatException(
          "%d bytes, expected at least %d".formatted(bytes.length, least(specs)));
    }
    var lengths = new int[specs.size()];
    for (var i = 0; i < lengths.length; i++) {
      if (!specs.get(i).prunable()) {
        throw new DataFormatException(specs.get(i).name() + " is refined, but no weight");
      }
      if (specs.get(i).size() > Integer.MAX_VALUE - 8) {
        throw new DataFormatException(specs.get(i).name() + " has 2^31 weights or more");
      }
      lengths[i] = (int) specs.get(i).size();
    }
    var parameters = new ArrayList<Parameter>();
    var decoded = Surp.decodeBounded(bytes, 0, bytes.length, lengths);
    for (var i = 0; i < lengths.length; i++) {
      var spec = specs.get(i);
      var topology = Topology.of(spec.rows(), spec.columns(), decoded.get(i).positions());
      parameters.add(StoredWeights.sparse(spec, topology, decoded.get(i).values()).parameter());
    }
    return parameters;
  }

  private static long weights(List<ParameterSpec> specs) {
    return specs.stream().mapToLong(ParameterSpec::size).sum();
  }
}
