package org.espalier.engine.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchNormFoldingTest {
  private static final int SAMPLES = 19;
  private static final int CLASSES = 5;

  /** A network, its normalisations that stay, and how its weights are stored. */
  record Case(Network network, List<String> stay, Storage storage) {
    @Override
    public String toString() {
      return network.name() + ", " + storage;
    }

    long seed() {
      return toString().hashCode();
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var storage : Storage.values()) {
      cases.add(new Case(plain(), List.of(), storage));
      cases.add(new Case(residual(), List.of(), storage));
      cases.add(new Case(depthwise(), List.of(), storage));
      cases.add(new Case(features(), List.of(), storage));
      cases.add(new Case(unfoldable(), List.of("first", "shared.bn", "pooled"), storage));
    }
    return cases.stream();
  }

  private static NetworkBuilder of(String name) {
    return NetworkBuilder.of(name, new Shape(3, 7, 6));
  }

  private static Network plain() {
    return of("plain")
        .conv("conv1", 6, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .node("conv2", new Layer.Conv2d(8, 3, 2, 1, 1, true))
        .batchNorm("bn2")
        .relu("relu2")
        .globalAvgPool("pool")
        .linear("fc", CLASSES)
        .build();
  }

  private static Network residual() {
    return of("residual")
        .conv("conv1", 4, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .conv("conv2", 6, 3, 2)
        .conv("shortcut", 6, 1, 2, "relu1")
        .batchNorm("bn2", "conv2")
        .batchNorm("shortcut.bn", "shortcut")
        .add("add", "bn2", "shortcut.bn")
        .relu("relu2")
        .globalAvgPool("pool")
        .linear("fc", CLASSES)
        .build();
  }

  private static Network depthwise() {
    return of("depthwise")
        .node("depthwise", new Layer.Conv2d(3, 3, 1, 1, 3, false))
        .batchNorm("bn1")
        .relu("relu1")
        .conv("pointwise", 8, 1, 1)
        .batchNorm("bn2")
        .relu("relu2")
        .flatten("flatten")
        .linear("fc", CLASSES)
        .build();
  }

  /** Linear layers, the last of which a normalisation follows. */
  private static Network features() {
    return of("features")
        .flatten("flatten")
        .linear("fc1", 11)
        .batchNorm("bn1")
        .relu("relu1")
        .node("fc2", new Layer.Linear(CLASSES, false))
        .batchNorm("bn2")
        .build();
  }

  /** Normalisations of the input, of a layer that something else reads, and of a pool. */
  private static Network unfoldable() {
    return of("unfoldable")
        .batchNorm("first")
        .conv("shared", 4, 3, 1)
        .batchNorm("shared.bn")
        .add("add", "shared", "shared.bn")
        .maxPool("pool", 2)
        .batchNorm("pooled")
        .conv("alone", 4, 3, 1)
        .batchNorm("alone.bn")
        .relu("relu")
        .flatten("flatten")
        .linear("fc", CLASSES)
        .build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void foldedNetworkComputesTheSameLogits(Case c) {
    var parameters = random(c);
    var folded = BatchNormFolding.fold(c.network(), parameters);

    var expected = logits(c.network(), parameters, c.seed());
    var actual = logits(folded.network(), folded.parameters(), c.seed());

    for (var i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("logit %d, seed %d", i, c.seed())
          .isCloseTo(expected[i], within(1e-4f * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onlyNormalisationsThatCannotBeFoldedStay(Case c) {
    var folded = BatchNormFolding.fold(c.network(), random(c)).network();

    assertThat(folded.nodes())
        .filteredOn(node -> node.layer() instanceof Layer.BatchNorm)
        .extracting(Node::name)
        .containsExactlyElementsOf(c.stay());
    assertThat(folded.output()).isEqualTo(c.network().output());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void storageAndTopologiesStay(Case c) {
    var before = random(c);
    var after = BatchNormFolding.fold(c.network(), before).parameters();

    for (var spec : c.network().prunable()) {
      var weight = after.of(spec.name());
      assertThat(weight.storage()).isEqualTo(c.storage());
      assertThat(weight.stored()).isEqualTo(before.of(spec.name()).stored());
      if (c.storage() != Storage.DENSE) {
        assertThat(weight.topology()).isEqualTo(before.of(spec.name()).topology());
      }
    }
  }

  @Test
  void parametersItCameFromAreLeftAlone() {
    var c = new Case(unfoldable(), List.of(), Storage.SPARSE);
    var parameters = random(c);
    var folded = BatchNormFolding.fold(c.network(), parameters).parameters();

    folded.forEach(parameter -> Arrays.fill(parameter.values(), 0));

    for (var parameter : random(c)) {
      assertThat(parameters.of(parameter.name()).values())
          .as(parameter.name())
          .isEqualTo(parameter.values());
    }
  }

  private static float[] logits(Network network, Parameters parameters, long seed) {
    var batch = new Batch(SAMPLES, network.input().size());
    var stream = new Randoms(seed).stream(Purpose.DATA, 0, 0);
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    var logits = new float[SAMPLES * CLASSES];
    var options = new Engine.Options(SAMPLES, 1, 1, false);
    try (var executor =
        new CpuEngine().compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      executor.logits(logits);
    }
    return logits;
  }

  private static Parameters random(Case c) {
    var parameters = new Parameters(c.network(), spec -> stored(spec, c.storage()));
    for (var parameter : parameters) {
      var stream = new Randoms(c.seed()).stream(Purpose.INITIALISATION, parameter.name(), 0);
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = value(parameter.spec(), stream);
      }
    }
    return parameters;
  }

  private static Parameter stored(ParameterSpec spec, Storage storage) {
    if (!spec.prunable() || storage == Storage.DENSE) {
      return Parameter.dense(spec);
    }
    var positions = LongStream.range(0, spec.size()).filter(p -> p % 3 != 1).toArray();
    var topology = Topology.of(spec.rows(), spec.columns(), positions);
    return storage == Storage.SPARSE
        ? Parameter.sparse(spec, topology)
        : Parameter.masked(spec, topology);
  }

  private static float value(ParameterSpec spec, RandomStream stream) {
    var value = (float) stream.nextGaussian();
    return switch (spec.role()) {
      case WEIGHT -> (float) (value * Math.sqrt(2.0 / spec.fanIn()));
      case RUNNING_VARIANCE -> 0.2f + value * value;
      default -> value;
    };
  }
}
