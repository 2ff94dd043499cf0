package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.espalier.formats.Model;
import org.junit.jupiter.api.Test;

class WarmStartTest {
  private final Network network =
      NetworkBuilder.of("n", Shape.features(4)).linear("a", 2).relu("r").linear("b", 2).build();

  /** Of the eight weights of layer a those at 0, 2 and 7 are stored, of layer b all. */
  private final Parameters weights =
      Parameters.of(network, Map.of("a.weight", Topology.of(2, 4, new long[] {0, 2, 7})));

  private final WarmStart start =
      new WarmStart(
          new SavedModel(Path.of("m.safetensors"), new Model(network, weights, Map.of())));

  WarmStartTest() {
    System.arraycopy(new float[] {1, -2, 3}, 0, weights.of("a.weight").values(), 0, 3);
    System.arraycopy(new float[] {1, 0, 2, 3}, 0, weights.of("b.weight").values(), 0, 4);
  }

  @Test
  void activeWeightsThatAreZeroInTheFileAreSaid() {
    var topologies =
        Map.of(
            "a.weight", Topology.of(2, 4, new long[] {0, 1, 6}),
            "b.weight", Topology.of(2, 2, new long[] {1, 3}));

    assertThat(start.note(topologies))
        .contains(
            "3 of the 5 active weights of sparse layers start at zero, as they are in"
                + " m.safetensors");
  }

  @Test
  void nothingIsSaidWhereAllHaveTheirValue() {
    var topologies = Map.of("a.weight", Topology.of(2, 4, new long[] {0, 2, 7}));

    assertThat(start.note(topologies)).isEmpty();
    assertThat(start.note(Map.of())).isEmpty();
  }
}
