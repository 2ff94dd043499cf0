package org.espalier.formats.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.ModelFile;
import org.espalier.formats.onnx.OnnxFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;

/** What a program needs beside this module: the engine and a parser of JSON, and no protobuf. */
class ClassPathTest {
  private static final List<Class<?>> NEEDED =
      List.of(EspalierException.class, Predictor.class, JsonParser.class);

  @TempDir private Path folder;

  @Test
  void modelsAreLoadedWithTheEngineAndAParserAlone() throws Exception {
    var network =
        NetworkBuilder.of("sides", new Shape(1, 1, 2)).flatten("flatten").linear("fc", 2).build();
    var file = folder.resolve("model");
    ModelFile.write(file, network, Parameters.dense(network), Map.of("classes", "left\nright"));

    try (var alone = classLoader()) {
      var predictor = alone.loadClass(Predictor.class.getName());
      var loaded = (AutoCloseable) predictor.getMethod("load", Path.class).invoke(null, file);
      assertThat(predictor.getMethod("classes").invoke(loaded)).isEqualTo(List.of("left", "right"));
      predictor.getMethod("predict", float[].class).invoke(loaded, new float[] {0, 1});
      loaded.close();
    }
  }

  @Test
  void withoutProtobufOnnxFilesAreRefusedWithWhatIsMissing() throws Exception {
    var network =
        NetworkBuilder.of("sides", new Shape(1, 1, 2)).flatten("flatten").linear("fc", 2).build();
    var file = folder.resolve("model.onnx");
    OnnxFile.write(file, network, Parameters.dense(network), OnnxFile.Weights.DENSE, Map.of());

    try (var alone = classLoader()) {
      var load = alone.loadClass(Predictor.class.getName()).getMethod("load", Path.class);

      assertThatThrownBy(() -> load.invoke(null, file))
          .cause()
          .hasMessage(
              file
                  + ": an ONNX file, expected com.google.protobuf:protobuf-java on the class path");
    }
  }

  /** Classes of those places alone, loaded anew. */
  private static URLClassLoader classLoader() {
    var places =
        NEEDED.stream()
            .map(needed -> needed.getProtectionDomain().getCodeSource().getLocation())
            .toArray(URL[]::new);
    return new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
  }
}
