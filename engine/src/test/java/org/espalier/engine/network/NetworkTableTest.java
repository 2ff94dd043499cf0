package org.espalier.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTableTest {
  private static final Network LENET = Models.named("lenet-300-100", new Shape(1, 28, 28), 10);
  private static final Map<String, Double> DENSITIES =
      Map.of("fc1.weight", 0.1, "fc2.weight", 0.25);

  @Test
  void plannedDensitiesAreCountedPerLayer() {
    var table = NetworkTable.of(LENET, DENSITIES);

    assertThat(table.rows())
        .extracting(NetworkTable.Row::name)
        .containsExactly("flatten", "fc1", "fc2", "fc3");
    assertThat(table.rows())
        .extracting(NetworkTable.Row::nonZeros)
        .containsExactly(0L, 23_520L, 7_500L, 1_000L);
    assertThat(table.total().parameters()).isEqualTo(266_610);
    assertThat(table.total().weights()).isEqualTo(266_200);
    assertThat(table.total().nonZeros()).isEqualTo(32_020);
    assertThat(table.total().density()).isEqualTo(32_020 / 266_200.0);
  }

  @Test
  void totalsAreThoseOfTheCost() {
    var table = NetworkTable.of(LENET, Map.of());

    assertThat(table.total().cost()).isEqualTo(Cost.of(LENET, ParameterSpec::size));
    assertThat(table.total().bytes()).isEqualTo(4 * 266_610);
  }

  @Test
  void liveParametersCountWhatTheyHold() {
    var parameters =
        new Parameters(
            LENET,
            spec ->
                spec.name().equals("fc2.weight")
                    ? Parameter.sparse(spec, Topology.of(100, 300, new long[] {5, 17, 29_999}))
                    : spec.name().equals("fc1.weight")
                        ? Parameter.masked(spec, Topology.of(300, 784, new long[] {8}))
                        : Parameter.dense(spec));

    var table = NetworkTable.of(LENET, parameters::stored);

    var fc1 = table.rows().get(1);
    assertThat(fc1.nonZeros()).isEqualTo(1);
    assertThat(fc1.bytes()).isEqualTo(4 * (235_200 + 300) + 4 * 301 + 2);
    var fc2 = table.rows().get(2);
    assertThat(fc2.nonZeros()).isEqualTo(3);
    assertThat(fc2.bytes()).isEqualTo(4 * 3 + 2 * 3 + 4 * 101 + 4 * 100);
    assertThat(fc2.cost().sparseFlops()).isEqualTo(2 * 3 + 100);
    assertThat(table.total().cost()).isEqualTo(Cost.of(LENET, parameters::nonZeros));
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_537})
  void plannedBytesAreThoseOfATopology(int columns) {
    var spec = new ParameterSpec("w.weight", ParameterSpec.Role.WEIGHT, 3, columns, 1, 1, 1);
    var topology = Topology.of(3, columns, new long[] {0, 9, columns, 2L * columns + 5});

    assertThat(NetworkTable.Stored.sparse(spec, 4).bytes())
        .isEqualTo(Parameter.sparse(spec, topology).bytes());
  }

  @Test
  void unknownNamesAndDensitiesAreRefused() {
    assertThatThrownBy(() -> NetworkTable.of(LENET, Map.of("fc4.weight", 0.5)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(
            "no prunable tensor fc4.weight in lenet-300-100; did you mean fc1.weight?");
    assertThatThrownBy(() -> NetworkTable.of(LENET, Map.of("fc1.weight", 1.5)))
        .hasMessageContaining("fc1.weight: density 1.5, expected 0 to 1");
  }

  @Test
  void isRenderedInColumns() {
    assertThat(NetworkTable.of(LENET, DENSITIES).render(120))
        .isEqualTo(
            """
            name           layer    output  parameters     nnz  density  FLOPs dense  sparse    bytes
            flatten        flatten  784
            fc1            linear   300        235,500  23,520   0.1000      470.7 k  47.3 k  143.5 k
            fc2            linear   100         30,100   7,500   0.2500       60.1 k  15.1 k   45.8 k
            fc3            linear   10           1,010   1,000   1.0000        2.0 k   2.0 k    4.0 k
            lenet-300-100           10         266,610  32,020   0.1203      532.8 k  64.5 k  193.4 k
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 100, 80, 60, 40})
  void fitsTheWidthAndKeepsDensities(int width) {
    for (var model : new String[] {"resnet-110", "mobilenet-v1", "mlp:500000x500000"}) {
      var table = NetworkTable.of(Models.named(model, new Shape(3, 32, 32), 100), Map.of());

      assertThat(table.render(width).lines())
          .as("%s in %d columns", model, width)
          .allMatch(line -> line.length() <= width)
          .hasSize(table.rows().size() + 2)
          .first()
          .asString()
          .contains("name", "nnz", "density");
    }
  }

  @Test
  void tinyDensitiesAreNotZero() {
    var network = Models.named("mlp:500000x500000", new Shape(1, 28, 28), 20);

    assertThat(NetworkTable.of(network, Map.of("fc2.weight", 4e-5)).render(80)).contains("4.0e-05");
  }

  @Test
  void eightyColumnsKeepParametersAndBytes() {
    var table = NetworkTable.of(Models.named("resnet-20", new Shape(3, 32, 32), 10), Map.of());

    assertThat(table.render(80)).contains("parameters", "bytes").doesNotContain("FLOPs dense");
    assertThat(table.render(120)).contains("FLOPs dense", "stage3.block3.conv2");
  }
}
