package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.ParameterSpec.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockGridTest {
  private static final ParameterSpec LINEAR = spec(4, 6, 1, 1);
  private static final ParameterSpec CONVOLUTION = spec(2, 4, 1, 3);

  @Test
  void blocksOfALinearLayerAreNeighbours() {
    var grid = BlockGrid.of(LINEAR, new Block(2, 2));

    assertThat(grid.size()).isEqualTo(6);
    assertThat(grid.positions(new long[] {0})).containsExactly(0, 1, 6, 7);
    assertThat(grid.positions(new long[] {1, 2})).containsExactly(2, 3, 4, 5, 8, 9, 10, 11);
    assertThat(grid.positions(new long[] {2, 3})).containsExactly(4, 5, 10, 11, 12, 13, 18, 19);
  }

  @Test
  void blocksOfAConvolutionSpanChannelsAtOneTap() {
    var grid = BlockGrid.of(CONVOLUTION, new Block(1, 2));

    // Columns are (channel, tap): channels 0 and 1 at tap 2, then channels 2 and 3 at tap 0.
    assertThat(grid.positions(new long[] {2})).containsExactly(2, 5);
    assertThat(grid.positions(new long[] {3})).containsExactly(6, 9);
    assertThat(grid.positions(new long[] {0, 2, 3})).containsExactly(0, 2, 3, 5, 6, 9);
    assertThat(grid.positions(new long[] {8})).containsExactly(14, 17);
  }

  @ParameterizedTest
  @CsvSource({
    "1x1, 4, 6, 1",
    "1x2, 4, 6, 1",
    "2x1, 4, 6, 1",
    "2x2, 4, 6, 3",
    "4x2, 8, 4, 2",
    "1x4, 3, 8, 3",
    "4x4, 8, 8, 2"
  })
  void everyWeightBelongsToOneBlock(Block block, int outputs, int inputs, int kernel) {
    var spec = spec(outputs, inputs, kernel, kernel);
    var grid = BlockGrid.of(spec, block);
    var all = LongStream.range(0, grid.size()).toArray();
    var seen = new TreeSet<Long>();
    for (var number : all) {
      var positions = grid.positions(new long[] {number});
      assertThat(positions).hasSize(block.size()).isSorted();
      Arrays.stream(positions).forEach(seen::add);
    }

    assertThat(seen).hasSize((int) spec.size()).last().isEqualTo(spec.size() - 1);
    assertThat(grid.positions(all)).isEqualTo(LongStream.range(0, spec.size()).toArray());
  }

  @ParameterizedTest
  @CsvSource({"1x2, 1", "2x1, 2", "2x2, 3", "4x2, 4", "1x1, 5"})
  void blocksAreFoundAgainInTheirTopology(Block block, long seed) {
    var spec = spec(8, 12, 3, 3);
    var grid = BlockGrid.of(spec, block);
    var blocks = random(seed, grid.size());
    var topology = grid.topology(blocks);
    var found = BlockTopology.of(spec, topology, block);

    assertThat(topology.nonZeros()).isEqualTo(blocks.length * block.size());
    assertThat(found.active().positions()).as("seed %d", seed).isEqualTo(blocks);
    var positions = topology.positions();
    for (var i = 0; i < blocks.length; i++) {
      assertThat(Arrays.stream(found.weights(new int[] {i})).mapToLong(p -> positions[p]))
          .as("block %d, seed %d", blocks[i], seed)
          .containsExactly(
              Arrays.stream(grid.positions(new long[] {blocks[i]})).boxed().toArray(Long[]::new));
    }
    var all = IntStream.range(0, blocks.length).toArray();
    assertThat(found.weights(all)).isEqualTo(IntStream.range(0, topology.nonZeros()).toArray());
  }

  @Test
  void refusesBlocksActiveInPart() {
    var block = new Block(2, 2);
    for (var positions : new long[][] {{0, 1, 6}, {0, 1, 6, 8}, {1, 2, 7, 8}, {6, 7}}) {
      var topology = Topology.of(4, 6, positions);

      assertThatThrownBy(() -> BlockTopology.of(LINEAR, topology, block))
          .hasMessageContaining("expected whole blocks of 2x2");
    }
  }

  @Test
  void refusesBlocksThatDoNotDivideTheParameter() {
    assertThatThrownBy(() -> BlockGrid.of(spec(16, 3, 3, 3), new Block(2, 2)))
        .hasMessageContaining("fc.weight cannot be cut into blocks of 2x2, expected 2x1");
  }

  @Test
  void addsUpTheWeightsOfEachBlock() {
    var spec = spec(2, 2, 1, 2);
    var block = new Block(2, 2);
    var dense = new float[] {1, -2, 3, 4, -5, 6, 7, -8};
    var blocks = BlockTopology.of(spec, Topology.full(2, 4), block);
    var streamed = new float[2];
    blocks.grid().sumMagnitudes(dense, 0, streamed);

    assertThat(blocks.magnitudes(dense)).containsExactly(16, 20).isEqualTo(streamed);
    assertThat(blocks.sums(dense)).containsExactly(6, 0);
  }

  @Test
  void blocksOfOneWeightAreTheWeights() {
    var topology = Topology.of(4, 6, new long[] {1, 8, 23});
    var blocks = BlockTopology.of(LINEAR, topology, Block.SINGLE);

    assertThat(blocks.active()).isSameAs(topology);
    assertThat(blocks.weights(new int[] {0, 2})).containsExactly(0, 2);
    assertThat(blocks.magnitudes(new float[] {-1, 0, 2})).containsExactly(1, 0, 2);
    assertThat(blocks.sums(new float[] {-1, 0, 2})).containsExactly(-1, 0, 2);
  }

  private static long[] random(long seed, long bound) {
    var random = new Random(seed);
    return LongStream.range(0, bound).filter(i -> random.nextInt(3) == 0).toArray();
  }

  private static ParameterSpec spec(int outputs, int inputs, int height, int width) {
    return new ParameterSpec("fc.weight", Role.WEIGHT, outputs, inputs, height, width, 1);
  }
}
