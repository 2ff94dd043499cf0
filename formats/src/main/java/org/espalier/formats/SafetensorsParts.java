package org.espalier.formats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a network as the parts that a safetensors file has of each. */
final class SafetensorsParts {
  private static final Set<String> MASK =
      Set.of(
          TopologyTensors.COLUMNS,
          TopologyTensors.ROW_STARTS,
          BitmaskTensors.MASK,
          BitmaskTensors.SHAPE,
          BitmaskTensors.OFFSETS);

  private SafetensorsParts() {}

  /** One tensor of the file, of those that make up a parameter. */
  private record Part(String suffix, TensorInfo info) {
    long bytes() {
      return info.end() - info.begin();
    }

    String encoding() {
      return info.type() + suffix.replace('.', ' ');
    }
  }

  static List<StoredTensor> of(SafetensorsFile file) {
    var parts = new LinkedHashMap<String, List<Part>>();
    for (var info : file.tensors().values()) {
      var owner = owner(info.name(), file);
      var suffix = owner.equals(info.name()) ? "" : info.name().substring(dot(info.name()));
      parts.computeIfAbsent(owner, _ -> new ArrayList<>()).add(new Part(suffix, info));
    }
    var tensors = new ArrayList<StoredTensor>();
    parts.forEach((name, of) -> tensors.add(stored(name, of)));
    return tensors;
  }

  /** The parameter a tensor belongs to: itself, unless it is a part of a sparse one. */
  private static String owner(String tensor, SafetensorsFile file) {
    var dot = dot(tensor);
    var prefix = tensor.substring(0, dot);
    if (file.metadata().containsKey(ModelFile.STORAGE + prefix)) {
      return prefix;
    }
    var values = prefix + BitmaskTensors.VALUES;
    return BitmaskTensors.PARTS.contains(tensor.substring(dot))
            && file.tensors().containsKey(values)
        ? BitmaskTensors.parameter(values).orElse(tensor)
        : tensor;
  }

  private static int dot(String tensor) {
    var dot = tensor.lastIndexOf('.');
    return dot < 0 ? tensor.length() : dot;
  }

  private static StoredTensor stored(String name, List<Part> parts) {
    var bytes = 0L;
    var maskBytes = 0L;
    for (var part : parts) {
      bytes += part.bytes();
      maskBytes += MASK.contains(part.suffix()) ? part.bytes() : 0;
    }
    var encoding =
        parts.stream()
            .map(Part::encoding)
            .sorted() // in one order, wherever the parts lie
            .collect(Collectors.joining(", "));
    return new StoredTensor(name, encoding, bytes, maskBytes);
  }
}
