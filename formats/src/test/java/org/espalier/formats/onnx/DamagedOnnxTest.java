package org.espalier.formats.onnx;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.formats.onnx.OnnxFile.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a file, it is a network or an error of one line. */
class DamagedOnnxTest {
  private static final int DAMAGES = 1500;

  @TempDir Path folder;
  private byte[] whole = {};

  @BeforeEach
  void write() throws IOException {
    Network network =
        NetworkBuilder.of("small", new Shape(2, 4, 4))
            .conv("conv1", 4, 3, 2)
            .batchNorm("bn1")
            .node("sub", new Layer.AvgPool2d(1, 2, 0), "input")
            .node("pad", new Layer.PadChannels(1, 1))
            .add("add", "bn1", "pad")
            .relu("relu1")
            .node("mean", new Layer.AvgPool2d(2, 1, 1))
            .flatten("flatten")
            .linear("fc", 3)
            .build();
    var file = folder.resolve("whole.onnx");
    OnnxFile.write(file, network, OnnxImportTest.random(network), Weights.SPARSE, Map.of());
    whole = Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void changedBytesAreAnErrorOrAnotherNetwork(long seed) throws IOException {
    var random = new Random(seed);
    for (var damage = 0; damage < DAMAGES; damage++) {
      var bytes = whole.clone();
      for (var changes = random.nextInt(1, 4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read(bytes, "seed " + seed + ", damage " + damage);
    }
  }

  @Test
  void cutOffAnywhereItIsAnErrorOrAnotherNetwork() throws IOException {
    for (var length = 0; length < whole.length; length += 3) {
      read(Arrays.copyOf(whole, length), "length " + length);
    }
  }

  private void read(byte[] bytes, String what) throws IOException {
    var file = Files.write(folder.resolve("damaged.onnx"), bytes);
    try {
      var _ = OnnxFile.read(file);
    } catch (EspalierException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        fail("%s: more than one line: %s", what, e.getMessage());
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      fail(what, e);
    }
  }
}
