package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.engine.folding.BatchNormFolding;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.junit.jupiter.api.Test;

class GraphPlanTest {
  private static NetworkBuilder normalised() {
    return NetworkBuilder.of("normalised", new Shape(3, 4, 4))
        .conv("conv1", 3, 3, 1)
        .conv("conv2", 3, 3, 1)
        .batchNorm("bn2");
  }

  /** Those that the network has once the sum of it is followed by a ReLU and a classifier. */
  private static GraphPlan plan(NetworkBuilder network) {
    return new GraphPlan(network.relu("relu").globalAvgPool("pool").linear("fc", 2).build(), 16, 4);
  }

  @Test
  void additionThatAloneReadsANormalisationIsFusedIntoIt() {
    var plan = plan(normalised().add("add", "bn2", "conv1"));

    assertThat(plan.operations())
        .extracting(Node::name)
        .containsExactly("conv1", "conv2", "bn2", "pool", "fc");
    assertThat(plan.inputs(plan.operations().get(2))).containsExactly("conv2", "conv1");
    assertThat(plan.owner("relu")).isEqualTo("bn2");
    assertThat(plan.rectified("bn2")).isTrue();
  }

  @Test
  void normalisationWaitsForTheShortcutThatItAdds() {
    var plan = plan(normalised().conv("conv3", 3, 1, 1, "conv1").add("add", "bn2", "conv3"));

    assertThat(plan.operations())
        .extracting(Node::name)
        .containsExactly("conv1", "conv2", "conv3", "bn2", "pool", "fc");
  }

  @Test
  void additionOfTwoNormalisationsIsFusedIntoTheLater() {
    var plan = plan(normalised().batchNorm("bn1", "conv1").add("add", "bn1", "bn2"));

    assertThat(plan.operations())
        .extracting(Node::name)
        .containsExactly("conv1", "conv2", "bn2", "bn1", "pool", "fc");
    assertThat(plan.inputs(plan.operations().get(3))).containsExactly("conv1", "bn2");
  }

  @Test
  void normalisationReadTwiceIsNotFused() {
    var byTwo = plan(normalised().conv("conv3", 3, 1, 1).add("add", "bn2", "conv3"));
    var byOne = plan(normalised().dropout("same", 0).add("add", "bn2", "same"));

    for (var plan : List.of(byTwo, byOne)) {
      assertThat(plan.operations()).extracting(Node::name).contains("bn2", "add");
    }
  }

  @Test
  void additionOfThreeStaysByItself() {
    var plan = plan(normalised().add("add", "bn2", "conv1", "conv2"));

    assertThat(plan.operations()).extracting(Node::name).contains("bn2", "add");
  }

  @Test
  void reluBehindAFoldedNormalisationIsFusedIntoTheProduct() {
    var network =
        NetworkBuilder.of("conv", new Shape(2, 4, 4))
            .conv("conv1", 3, 3, 1)
            .batchNorm("bn1")
            .relu("relu1")
            .globalAvgPool("pool")
            .linear("fc", 2)
            .build();
    var folded = BatchNormFolding.fold(network, Parameters.dense(network)).network();

    var before = new GraphPlan(network, 16, 4);
    var after = new GraphPlan(folded, 16, 4);

    assertThat(before.rectified("conv1")).isFalse();
    assertThat(after.rectified("conv1")).isTrue();
    assertThat(after.operations()).extracting(Node::name).containsExactly("conv1", "pool", "fc");
  }
}
