package org.espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.espalier.engine.executor.Engine.Options;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Executor.Mode;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Rewiring;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.training.Batch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 200;
  private static final int STEPS = 3000;

  /** A quarter of a megabyte per step, be it forgotten, would be seven hundred here. */
  private static final long ALLOWED = 96 << 20;

  /** What was forgotten stays counted: no collection frees it, here as little as in a program. */
  @BeforeAll
  static void load() {
    new TorchEngine(); // the library's own objects stay
    Pointer.interruptDeallocatorThread();
  }

  @Test
  void aFewThousandStepsLeaveNothingBehind() throws IOException {
    var network = network();
    var parameters = new Parameters(network, NativeMemoryTest::halfOfWeights);
    var batch = new Batch(32, network.input().size());
    var before = Pointer.totalCount();
    try (var executor =
        new TorchEngine()
            .compile(network, parameters, new Loss.CrossEntropy(0), new Options(32, 1, 1, true))) {
      train(executor, batch, 0, WARM_UP);
      var objects = Pointer.totalCount();
      assertHeld(parameters, objects - before);
      var resident = residentBeyondTheHeap();
      train(executor, batch, WARM_UP, STEPS);
      assertThat(Pointer.totalCount()).as("native objects").isEqualTo(objects);
      if (resident < 0) {
        Assumptions.abort("no " + STATUS + " here: resident memory was not looked at");
      }
      assertThat(residentBeyondTheHeap() - resident).as("bytes grown").isLessThan(ALLOWED);
    }
  }

  @Test
  void aClosedExecutorHoldsNothing() {
    var network = network();
    var parameters = new Parameters(network, NativeMemoryTest::halfOfWeights);
    var objects = Pointer.totalCount();
    for (var round = 0; round < 3; round++) {
      try (var executor =
          new TorchEngine()
              .compile(
                  network, parameters, new Loss.CrossEntropy(0), new Options(32, 1, 1, true))) {
        train(executor, new Batch(32, network.input().size()), 0, 3);
        assertHeld(parameters, Pointer.totalCount() - objects);
      }
      assertThat(Pointer.totalCount()).isEqualTo(objects);
    }
  }

  /** At least a value and a slot of every trained parameter, if objects are counted at all. */
  private static void assertHeld(Parameters parameters, long objects) {
    assertThat(objects)
        .as("native objects, counted with -Dorg.bytedeco.javacpp.noPointerGC=false")
        .isGreaterThanOrEqualTo(2L * parameters.trained().size());
  }

  /** With everything that a run does between steps, now and then. */
  private static void train(Executor executor, Batch batch, int from, int to) {
    var weight = executor.parameters().of("conv2.weight");
    var wanted = Map.of(weight.name(), new AbsentGradients.Wanted(1, Block.SINGLE));
    for (var step = from; step < to; step++) {
      executor.forward(batch, Mode.TRAINING, step);
      assertThat(executor.loss()).isFinite();
      assertThat(executor.correct()).isBetween(0, batch.size());
      if (step % 100 == 99) {
        for (var found : executor.backward(wanted).values()) {
          weight.rewire(new Rewiring(new int[] {0}, found.positions()));
        }
        executor.forward(batch, Mode.INFERENCE, step);
      } else {
        executor.backward();
        executor.update(new Sgd(0.9, true, new WeightDecay(1e-4)), 0.01, step);
      }
    }
  }

  private static Network network() {
    return NetworkBuilder.of("small", new Shape(3, 16, 16))
        .conv("conv1", 8, 3, 1)
        .batchNorm("bn1")
        .relu("relu1")
        .dropout("dropout", 0.1)
        .conv("conv2", 8, 3, 2)
        .batchNorm("bn2")
        .globalAvgPool("pool")
        .linear("fc", 4)
        .build();
  }

  private static Parameter halfOfWeights(ParameterSpec spec) {
    if (!spec.prunable()) {
      return Parameter.dense(spec);
    }
    var positions = LongStream.range(0, spec.size()).filter(p -> p % 2 == 0);
    return Parameter.sparse(spec, Topology.of(spec.rows(), spec.columns(), positions.toArray()));
  }

  /** Resident bytes without those of Java's heap; negative where nobody tells. */
  private static long residentBeyondTheHeap() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    System.gc();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    try (var lines = Files.lines(STATUS)) {
      var kilobytes =
          lines
              .filter(line -> line.startsWith("VmRSS:"))
              .map(line -> line.replaceAll("\\D", ""))
              .findFirst()
              .orElseThrow();
      return 1024 * Long.parseLong(kilobytes) - heap;
    }
  }
}
