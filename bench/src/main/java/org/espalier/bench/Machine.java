package org.espalier.bench;

import ai.onnxruntime.OrtEnvironment;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.espalier.app.run.ProcessorName;
import org.espalier.app.run.ProgramVersion;
import org.espalier.engine.kernels.Kernels;

/**
 * What figures were measured on.
 *
 * @param vectors the kernels in use
 * @param cpu what the processor calls itself
 * @param versions of this program and of the libraries that may have taken part
 */
record Machine(String vectors, String jdk, String cpu, Map<String, String> versions) {

  static Machine here() {
    var versions = new TreeMap<String, String>();
    versions.put("espalier", ProgramVersion.number());
    var pytorch = Tensor.class.getPackage().getImplementationVersion(); // as its jar says
    if (pytorch != null) {
      versions.put("pytorch", pytorch);
    }
    var onnxruntime = OrtEnvironment.class.getPackage().getImplementationVersion();
    if (onnxruntime != null) {
      versions.put("onnxruntime", onnxruntime);
    }
    return new Machine(
        Kernels.best().name(),
        Runtime.version().toString(),
        ProcessorName.find().orElse(System.getProperty("os.arch", "")),
        versions);
  }

  Map<String, Object> json() {
    return Map.of("vectors", vectors, "jdk", jdk, "cpu", cpu, "versions", versions);
  }

  @Override
  public String toString() {
    return "%s, JDK %s, %s".formatted(cpu, jdk, vectors);
  }
}
