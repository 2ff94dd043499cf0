package org.espalier.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.formats.numpy.NpzFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDictTest {
  @TempDir Path folder;

  private final Network network = Models.network();
  private final Parameters parameters = Models.parameters(network);

  @Test
  void tensorsOfArchivesAreParametersByName() {
    var arrays = new LinkedHashMap<String, Tensor>();
    var shapes = TensorShapes.of(network);
    for (var parameter : parameters) {
      var shape = shapes.getOrDefault(parameter.name(), List.of());
      arrays.put("net." + parameter.name(), new Tensor(shape, parameter.toDense()));
    }
    arrays.put("net.bn1.num_batches_tracked", new Tensor(List.of(), new float[] {3}));
    var file = folder.resolve("state.npz");
    NpzFile.write(file, arrays);

    var read = StateDict.read(file).renamed(name -> name.substring(4)).parameters(network);

    for (var parameter : parameters) {
      assertThat(read.of(parameter.name()).toDense()).isEqualTo(parameter.toDense());
    }
  }

  @Test
  void countersOfPytorchAreLeftOut() {
    var network = NetworkBuilder.of("n", Shape.features(3)).linear("fc", 2).batchNorm("bn").build();
    var file = folder.resolve("foreign.safetensors");
    new SafetensorsWriter()
        .add("fc.weight", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6})
        .add("fc.bias", List.of(2), new float[2])
        .add("bn.weight", List.of(2), new float[2])
        .add("bn.bias", List.of(2), new float[2])
        .add("bn.running_mean", List.of(2), new float[2])
        .add("bn.running_var", List.of(2), new float[] {1, 1})
        .add("bn.num_batches_tracked", List.of(), new int[] {9})
        .write(file, Map.of());

    var parameters = StateDict.read(file).parameters(network);

    assertThat(parameters.of("fc.weight").values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(parameters.of("bn.running_var").values()).containsExactly(1, 1);
  }

  @Test
  void bitmasksKeepTheTopology() {
    var file = folder.resolve("mask.safetensors");
    ModelFile.writeBitmask(file, network, parameters, Map.of("recipe", "r"));

    var model = ModelFile.read(file);
    var tensors = StateDict.read(file).parameters(network);

    assertThat(model.metadata()).containsExactly(Map.entry("recipe", "r"));
    for (var read : List.of(model.parameters(), tensors)) {
      for (var parameter : parameters) {
        var again = read.of(parameter.name());
        assertThat(again.toDense()).isEqualTo(parameter.toDense());
        if (parameter.storage() != Storage.DENSE) {
          assertThat(again.storage()).isEqualTo(Storage.SPARSE);
          assertThat(again.topology()).isEqualTo(parameter.topology());
        }
      }
    }
  }

  /** The example of a 2×9 matrix, byte by byte. */
  @Test
  void bitmasksHaveTheLayoutOfCompressedTensors() {
    var file = folder.resolve("mask.safetensors");
    var writer = new SafetensorsWriter();
    writer.add("fc.compressed", List.of(3), new float[] {1, 2, 3});
    writer.add("fc.bitmask", List.of(2, 2), new byte[] {(byte) 0x81, 0, 0, 1});
    writer.add("fc.shape", List.of(2), new long[] {2, 9});
    writer.add("fc.row_offsets", List.of(2), new long[] {0, 2});
    writer.add("old.weight.compressed", List.of(1), new float[] {4});
    writer.add("old.weight.bitmask", List.of(1, 1), new byte[] {4});
    writer.add("old.weight.shape", List.of(2), new long[] {1, 3});
    writer.add("old.weight.row_offsets", List.of(1), new long[] {0});
    writer.write(file, Map.of());

    var sparse = StateDict.read(file).sparse();

    assertThat(sparse.keySet()).containsExactly("fc.weight", "old.weight");
    var fc =
        sparse.getOrDefault("fc.weight", new SparseTensor(List.of(), new long[0], new float[0]));
    assertThat(fc.positions()).containsExactly(0, 7, 17);
    assertThat(fc.shape()).containsExactly(2, 9);
  }

  @Test
  void bitmasksThatDoNotFitAreRefused() {
    assertRefused(new byte[] {(byte) 0x81, 2, 0, 1}, 0, 2, "more bits than columns");
    assertRefused(new byte[] {(byte) 0x81, 0, 0, 0}, 0, 2, "2 bits, expected 3");
    assertRefused(new byte[] {(byte) 0x81, 0, 0}, 0, 2, "3 bytes, expected 2 rows of 2");
    assertRefused(new byte[] {(byte) 0x81, 0, 0, 1}, 0, 1, "element 1 is 1, expected 2");
  }

  private void assertRefused(byte[] mask, long first, long second, String message) {
    var file = folder.resolve("bad.safetensors");
    var writer = new SafetensorsWriter();
    writer.add("fc.compressed", List.of(3), new float[] {1, 2, 3});
    writer.add("fc.bitmask", List.of(mask.length), mask);
    writer.add("fc.shape", List.of(2), new long[] {2, 9});
    writer.add("fc.row_offsets", List.of(2), new long[] {first, second});
    writer.write(file, Map.of());
    assertThatThrownBy(() -> StateDict.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void tensorsThatAreMissingTooManyOrOfAnotherShapeAreNamed() {
    var one = new Tensor(List.of(1), new float[] {1});
    var network =
        NetworkBuilder.of("n", Shape.features(2)).node("fc", new Layer.Linear(1, false)).build();
    var fits = new Tensor(List.of(1, 2), new float[] {1, 2});
    var bad = new Tensor(List.of(1, 2), new float[] {1, Float.NaN});

    assertThatThrownBy(() -> dict("fc.weights", fits).parameters(network))
        .hasMessageContaining("tensor fc.weight is missing");
    assertThatThrownBy(() -> dict("fc.weight", one).parameters(network))
        .hasMessageContaining("tensor fc.weight: shape [1], expected [1, 2]");
    assertThatThrownBy(() -> dict("fc.weight", bad).parameters(network))
        .hasMessageContaining("element 1 is NaN");
    assertThatThrownBy(
            () ->
                new StateDict(Map.of("fc.weight", fits, "more", one), Map.of()).parameters(network))
        .hasMessageContaining("tensor more is not part of network n");
  }

  private static StateDict dict(String name, Tensor tensor) {
    return new StateDict(Map.of(name, tensor), Map.of());
  }

  @Test
  void picklesAreRefusedWithTheWayToConvertThem() throws IOException {
    var file = Files.write(folder.resolve("a.th"), new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10});

    assertThatThrownBy(() -> StateDict.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a pickle, as PyTorch writes it; expected safetensors");
  }
}
