package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.junit.jupiter.api.Test;

class ParameterUpdateTest {
  private static final int THREADS = 3;
  private static final int BATCH = 16;

  private final Network network =
      NetworkBuilder.of("two", Shape.features(200))
          .linear("fc1", 300)
          .relu("relu1")
          .linear("fc2", 200)
          .build();
  private final SharedTasks shared = new SharedTasks();

  /** Parameters after one step, updated by threads or one by one. */
  private Parameters trained(Optimizer optimizer, boolean byThreads) {
    var parameters = TestNetworks.parameters(network, Storage.SPARSE, 1);
    var options = new Engine.Options(BATCH, THREADS, 1, true);
    try (var executor =
        new CpuEngine(Kernels.best(), shared)
            .compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      executor.forward(TestNetworks.batch(network, BATCH, 200, 1), Executor.Mode.TRAINING, 0);
      executor.backward();
      if (byThreads) {
        executor.update(optimizer, 0.1, 0);
      } else {
        parameters.trained().forEach(parameter -> optimizer.update(parameter, 0.1, 0));
      }
    }
    return parameters;
  }

  private void requireSameBits(Optimizer optimizer) {
    var expected = trained(optimizer, false);
    for (Parameter parameter : trained(optimizer, true)) {
      var name = parameter.spec().name();
      assertThat(parameter.values()).as(name).isEqualTo(expected.of(name).values());
    }
  }

  @Test
  void threadsUpdateAsOneWould() {
    requireSameBits(new Sgd(0.9, true, new WeightDecay(1e-4)));
    requireSameBits(Adam.standard(WeightDecay.NONE));
  }

  @Test
  void parametersAreSharedOut() {
    trained(new Sgd(0, false, WeightDecay.NONE), true);

    assertThat(shared.of(Network.INPUT, Tracer.Part.UPDATE)).isEqualTo(4);
  }
}
