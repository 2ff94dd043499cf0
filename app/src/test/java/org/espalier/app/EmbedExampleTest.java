package org.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;

/** The example in {@code examples/embed}, with nothing on its class path but what it names. */
class EmbedExampleTest {
  private static final List<Class<?>> NEEDED =
      List.of(EspalierException.class, Model.class, JsonParser.class);

  @TempDir private Path folder;

  @BeforeEach
  void compile() throws IOException, URISyntaxException {
    var source = root().resolve("examples/embed/src/main/java/org/espalier/examples/Embed.java");
    var compiler = ToolProvider.getSystemJavaCompiler();
    var exit =
        compiler.run(
            null, null, null, "-cp", classPath(), "-d", folder.toString(), source.toString());
    assertThat(exit).isZero();
  }

  @Test
  void saysWhatIsOnAPicture() throws Exception {
    var process = start("model.safetensors", "picture.png");

    assertThat(text(process.getInputStream().readAllBytes()))
        .isEqualTo("picture.png: right 0.8808\npicture.png: left 0.1192\n");
    assertThat(text(process.getErrorStream().readAllBytes()))
        .isEqualTo("WARNING: Using incubator modules: jdk.incubator.vector\n");
    assertThat(process.waitFor()).isZero();
  }

  /** Weights that see whether the left or the right one of two pixels is brighter. */
  private Process start(String model, String picture) throws Exception {
    var network =
        NetworkBuilder.of("sides", new Shape(1, 1, 2)).flatten("flatten").linear("fc", 2).build();
    var parameters =
        new Parameters(
            network,
            spec ->
                spec.prunable()
                    ? Parameter.sparse(spec, Topology.of(2, 2, new long[] {0, 3}))
                    : Parameter.dense(spec));
    parameters.of("fc.weight").values()[0] = 2;
    parameters.of("fc.weight").values()[1] = 2;
    ModelFile.write(folder.resolve(model), network, parameters, Map.of("classes", "left\nright"));
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 0, 0, 255);
    ImageIO.write(image, "png", folder.resolve(picture).toFile());

    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", folder + File.pathSeparator + classPath()));
    command.addAll(List.of("org.espalier.examples.Embed", model, picture));
    var process = new ProcessBuilder(command).directory(folder.toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
    return process;
  }

  private static String classPath() throws URISyntaxException {
    var places = new ArrayList<String>();
    for (var needed : NEEDED) {
      places.add(
          Path.of(needed.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return places.stream().collect(Collectors.joining(File.pathSeparator));
  }

  private static Path root() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .filter(at -> Files.isDirectory(at.resolve("examples")))
        .findFirst()
        .orElseThrow();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
