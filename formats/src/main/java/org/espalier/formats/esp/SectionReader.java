package org.espalier.formats.esp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.StoredTensor;
import org.jspecify.annotations.Nullable;

/** Turns sections into parameters; each tensor of the network must be in exactly one of them. */
final class SectionReader {
  private final Network network;
  private final List<Section> sections;
  private final Source source;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();
  private final Map<String, Integer> places = new HashMap<>(); // section of each tensor

  /** Where the bytes of sections come from. */
  @FunctionalInterface
  interface Source {
    /** The bytes of a section, checked; fewer than it has only if it is progressive. */
    byte[] bytes(int section);
  }

  /**
   * Checks that sections and network belong together.
   *
   * @throws EspalierException without the name of the file
   */
  SectionReader(EspHeader header, Source source) {
    this.network = NetworkText.parse(header.network());
    this.sections = header.sections();
    this.source = source;
    network.parameters().forEach(spec -> specs.put(spec.name(), spec));
    for (var i = 0; i < sections.size(); i++) {
      for (var tensor : sections.get(i).tensors()) {
        if (!specs.containsKey(tensor)) {
          throw new EspalierException(
              "tensor " + tensor + " is not part of network " + network.name());
        }
        if (places.put(tensor, i) != null) {
          throw new EspalierException("tensor " + tensor + " is there twice");
        }
      }
    }
    for (var name : specs.keySet()) {
      if (!places.containsKey(name)) {
        throw new EspalierException("tensor " + name + " is missing");
      }
    }
  }

  Network network() {
    return network;
  }

  /** Reads all tensors, section by section. */
  Parameters parameters() {
    var read = new HashMap<String, Parameter>();
    for (var i = 0; i < sections.size(); i++) {
      for (var parameter : section(i)) {
        read.put(parameter.name(), parameter);
      }
    }
    return new Parameters(network, spec -> there(read.get(spec.name())));
  }

  /** Reads one tensor, or all that were refined together with it. */
  Parameter parameter(String name) {
    var place = places.get(name);
    if (place == null) {
      throw new EspalierException("no tensor " + name + ", expected one of " + specs.keySet());
    }
    return section(place).stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<Parameter> section(int index) {
    var section = sections.get(index);
    var bytes = source.bytes(index);
    try {
      if (section.progressive()) {
        return RefinedWeights.decode(specs(section), section, bytes);
      }
      if (section.tensors().size() != 1) {
        throw new DataFormatException("values are " + section.values() + ", expected one tensor");
      }
      return List.of(TensorCodec.decode(spec(section), section, bytes));
    } catch (DataFormatException e) {
      throw new EspalierException(section.title() + ": " + e.getMessage(), e);
    }
  }

  /** What is kept of each tensor, in the order of the file. */
  List<StoredTensor> stored() {
    var stored = new ArrayList<StoredTensor>();
    for (var i = 0; i < sections.size(); i++) {
      stored.addAll(sections.get(i).progressive() ? refined(i) : List.of(single(i)));
    }
    return stored;
  }

  private StoredTensor single(int index) {
    var section = sections.get(index);
    var spec = spec(section);
    if (!section.sparse()) {
      return new StoredTensor(spec.name(), section.values(), section.bytes(), 0);
    }
    try {
      TensorCodec.requireModest(spec, section);
      var bytes = source.bytes(index);
      var mask = MaskSection.decode(bytes, spec.rows(), spec.columns(), (int) section.stored());
      return new StoredTensor(
          spec.name(),
          "mask " + String.join(" ", mask.codecs()) + ", values " + section.values(),
          section.bytes(),
          mask.end());
    } catch (DataFormatException e) {
      throw new EspalierException(section.title() + ": " + e.getMessage(), e);
    }
  }

  /** Tensors refined together cannot be told apart: each gets the share of its non-zeros. */
  private List<StoredTensor> refined(int index) {
    var section = sections.get(index);
    var parameters = section(index);
    var nonZeros = Math.max(1, parameters.stream().mapToLong(Parameter::nonZeros).sum());
    return parameters.stream()
        .map(
            it ->
                new StoredTensor(
                    it.name(),
                    section.values() + ", its share of one stream",
                    Math.round((double) section.bytes() * it.nonZeros() / nonZeros),
                    0))
        .toList();
  }

  private ParameterSpec spec(Section section) {
    return specs(section).getFirst();
  }

  /** What a section of this network holds. */
  List<ParameterSpec> specs(Section section) {
    return section.tensors().stream().map(it -> there(specs.get(it))).toList();
  }

  /** What the constructor has seen to be there. */
  private static <T> T there(@Nullable T found) {
    return Objects.requireNonNull(found);
  }
}
