package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockGrid;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Growth candidates in blocks, against the dense gradient. */
class AbsentBlocksTest {
  private static final Loss LOSS = new Loss.CrossEntropy(0.1);
  private static final int CLASSES = 3;
  private static final int BATCH = 21;
  private static final int WANTED = 7;

  /** Not every layer can have every block: three channels, a grouped convolution, three classes. */
  private static final Network NETWORK =
      NetworkBuilder.of("blocks", new Shape(3, 6, 6))
          .node("conv1", new Layer.Conv2d(8, 3, 1, 1, 1, true))
          .relu("relu1")
          .node("conv2", new Layer.Conv2d(12, 3, 2, 1, 1, true))
          .relu("relu2")
          .node("grouped", new Layer.Conv2d(8, 3, 1, 1, 2, true))
          .flatten("flatten")
          .linear("fc1", 10)
          .relu("relu3")
          .linear("fc2", CLASSES)
          .build();

  @ParameterizedTest
  @CsvSource({"1x2, 1", "2x1, 2", "2x2, 3", "4x1, 4", "1x4, 5", "4x4, 6"})
  void areTheLargestSumsOfTheDenseGradientWhateverTheThreads(Block block, long seed) {
    var one = candidates(block, seed, 1);
    var three = candidates(block, seed, 3);
    var dense = parameters(Storage.MASKED, block, seed);
    try (var executor = compile(dense, 1)) {
      executor.forward(TestNetworks.batch(NETWORK, BATCH, CLASSES, seed), mode(), 0);
      executor.backward();
    }
    for (var spec : NETWORK.prunable()) {
      var weight = dense.of(spec.name());
      var largest = largest(weight, block.within(spec));
      var found = of(one, spec);

      assertThat(found.positions()).as("%s, seed %d", spec.name(), seed).isEqualTo(largest);
      for (var i = 0; i < largest.length; i++) {
        assertThat((double) Math.abs(found.gradients()[i]))
            .isCloseTo(norm(weight, block.within(spec), largest[i]), within(1e-5));
      }
      assertThat(of(three, spec).positions()).isEqualTo(found.positions());
      assertThat(of(three, spec).gradients()).isEqualTo(found.gradients());
    }
  }

  @Test
  void blocksThatAreActiveInPartAreRefused() {
    var parameters = parameters(Storage.SPARSE, Block.SINGLE, 7);
    try (var executor = compile(parameters, 1)) {
      executor.forward(TestNetworks.batch(NETWORK, BATCH, CLASSES, 7), mode(), 0);
      var wanted = Map.of("fc1.weight", new AbsentGradients.Wanted(1, new Block(2, 2)));

      assertThatThrownBy(() -> executor.backward(wanted))
          .hasMessageContaining("fc1.weight")
          .hasMessageContaining("expected whole blocks of 2x2");
    }
  }

  private static Map<String, AbsentGradients> candidates(Block block, long seed, int threads) {
    var wanted = new HashMap<String, AbsentGradients.Wanted>();
    for (var spec : NETWORK.prunable()) {
      wanted.put(spec.name(), new AbsentGradients.Wanted(WANTED, block.within(spec)));
    }
    try (var executor = compile(parameters(Storage.SPARSE, block, seed), threads)) {
      executor.forward(TestNetworks.batch(NETWORK, BATCH, CLASSES, seed), mode(), 0);
      return executor.backward(wanted);
    }
  }

  /** Absent blocks by the L1 norm of their dense gradient. */
  private static long[] largest(Parameter weight, Block block) {
    var grid = BlockGrid.of(weight.spec(), block);
    return LongStream.range(0, grid.size())
        .filter(number -> !weight.topology().active(grid.positions(new long[] {number})[0]))
        .boxed()
        .sorted(Comparator.comparingDouble(number -> -norm(weight, block, number)))
        .limit(WANTED)
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static double norm(Parameter weight, Block block, long number) {
    var sum = 0.0;
    for (var position : BlockGrid.of(weight.spec(), block).positions(new long[] {number})) {
      sum += Math.abs(weight.gradients()[(int) position]);
    }
    return sum;
  }

  private static Parameters parameters(Storage storage, Block block, long seed) {
    var randoms = new Randoms(seed);
    var parameters =
        new Parameters(
            NETWORK,
            spec -> {
              if (!spec.prunable()) {
                return Parameter.dense(spec);
              }
              var topology = topology(spec, block, randoms);
              return storage == Storage.SPARSE
                  ? Parameter.sparse(spec, topology)
                  : Parameter.masked(spec, topology);
            });
    Initialiser.PYTORCH.initialise(parameters, randoms);
    return parameters;
  }

  private static Topology topology(ParameterSpec spec, Block block, Randoms randoms) {
    var grid = BlockGrid.of(spec, block.within(spec));
    var stream = randoms.stream(Purpose.TOPOLOGY, spec.name(), 0);
    return grid.topology(stream.sample(grid.size(), (int) grid.size() / 3));
  }

  private static AbsentGradients of(Map<String, AbsentGradients> found, ParameterSpec spec) {
    return ReferenceNetwork.of(found, spec.name());
  }

  private static Executor compile(Parameters parameters, int threads) {
    var options = new Engine.Options(BATCH, threads, 1, true);
    return new CpuEngine().compile(NETWORK, parameters, LOSS, options);
  }

  private static Executor.Mode mode() {
    return Executor.Mode.TRAINING;
  }
}
