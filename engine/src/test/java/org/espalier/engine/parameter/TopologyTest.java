package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {

  @ParameterizedTest
  @CsvSource({"1, 5, 7", "2, 300, 65536", "3, 300, 65537", "4, 500000, 500000"})
  void holdsThePositionsItWasMadeOf(long seed, int rows, int columns) {
    var positions = positions(seed, rows, columns, 30);
    var topology = Topology.of(rows, columns, positions);

    assertThat(topology.positions()).as("seed %d", seed).isEqualTo(positions);
    assertThat(topology.nonZeros()).isEqualTo(positions.length);
    assertThat(topology.narrow()).isEqualTo(columns <= 65_536);
    for (var position : positions) {
      assertThat(topology.active(position)).isTrue();
      var index = topology.indexOf((int) (position / columns), (int) (position % columns));
      assertThat(topology.column(index)).isEqualTo((int) (position % columns));
    }
  }

  @Test
  void knowsWhatIsNotActive() {
    var topology = Topology.of(3, 70_000, new long[] {0, 69_999, 140_001});

    assertThat(LongStream.range(0, 210_000).filter(topology::active))
        .containsExactly(0L, 69_999L, 140_001L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void listsAbsentPositionsByRank(long seed) {
    var topology = Topology.of(11, 13, positions(seed, 11, 13, 60));
    var absent = LongStream.range(0, 143).filter(p -> !topology.active(p)).toArray();
    var ranks = LongStream.range(0, absent.length).toArray();

    assertThat(topology.absent(ranks)).as("seed %d", seed).isEqualTo(absent);
    assertThat(topology.absent(new long[] {3, 50})).containsExactly(absent[3], absent[50]);
  }

  @Test
  void refusesRanksBeyondTheAbsent() {
    var topology = Topology.of(2, 2, new long[] {1});

    assertThatThrownBy(() -> topology.absent(new long[] {3})).hasMessageContaining("rank 3");
    assertThatThrownBy(() -> topology.absent(new long[] {1, 1})).hasMessageContaining("rank 1");
  }

  @Test
  void losesExactlyTheWeightsDropped() {
    var topology = Topology.of(2, 3, new long[] {0, 2, 3, 5});

    assertThat(topology.without(new int[] {1, 2}).positions()).containsExactly(0, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "6", "2,1", "2,2", "4,1", "0,1,2,3,4,5,6"})
  void refusesPositionsThatAreNotAscendingOrOutside(String text) {
    var positions = Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();

    assertThatThrownBy(() -> Topology.of(2, 3, positions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected ascending");
  }

  @Test
  void fullTopologyHasEveryPosition() {
    assertThat(Topology.full(3, 4).positions()).isEqualTo(LongStream.range(0, 12).toArray());
    assertThat(Topology.full(3, 4)).isEqualTo(Topology.of(3, 4, LongStream.range(0, 12).toArray()));
  }

  private static long[] positions(long seed, int rows, int columns, int count) {
    return new Random(seed)
        .longs(0, (long) rows * columns)
        .distinct()
        .limit(Math.min(count, (long) rows * columns))
        .sorted()
        .toArray();
  }
}
