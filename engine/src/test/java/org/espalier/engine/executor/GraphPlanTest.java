package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.folding.BatchNormFolding;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Node;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.junit.jupiter.api.Test;

class GraphPlanTest {
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
