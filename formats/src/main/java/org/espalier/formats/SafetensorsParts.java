package org.espalier.formats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a network as the parts that a safetensors file has of each. */
final class SafetensorsParts {
  private static final Set<String> MASK =
      Set.of(TopologyTensors.COLUMNS, TopologyTensors.ROW_STARTS);

  private SafetensorsParts() {}

  static List<StoredTensor> of(SafetensorsFile file) {
    var parts = new LinkedHashMap<String, List<TensorInfo>>();
    for (var info : file.tensors().values()) {
      parts.computeIfAbsent(owner(info.name(), file), _ -> new ArrayList<>()).add(info);
    }
    var tensors = new ArrayList<StoredTensor>();
    parts.forEach((name, of) -> tensors.add(stored(name, of)));
    return tensors;
  }

  /** The parameter a tensor belongs to: itself, unless the metadata say that it has parts. */
  private static String owner(String tensor, SafetensorsFile file) {
    var dot = tensor.lastIndexOf('.');
    var prefix = dot < 0 ? tensor : tensor.substring(0, dot);
    return file.metadata().containsKey(ModelFile.STORAGE + prefix) ? prefix : tensor;
  }

  private static StoredTensor stored(String name, List<TensorInfo> parts) {
    var bytes = 0L;
    var maskBytes = 0L;
    for (var part : parts) {
      bytes += part.end() - part.begin();
      maskBytes +=
          MASK.contains(part.name().substring(name.length())) ? part.end() - part.begin() : 0;
    }
    var encoding =
        parts.stream()
            .map(part -> part.type() + part.name().substring(name.length()).replace('.', ' '))
            .sorted() // in one order, wherever the parts lie
            .collect(Collectors.joining(", "));
    return new StoredTensor(name, encoding, bytes, maskBytes);
  }
}
