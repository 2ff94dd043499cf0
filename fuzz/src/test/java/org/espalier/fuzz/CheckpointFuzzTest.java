package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;
import org.espalier.engine.training.BatchSource;
import org.espalier.engine.training.Checkpoint;
import org.espalier.engine.training.Trainer;
import org.espalier.engine.training.TrainingListener;
import org.espalier.engine.training.TrainingSetup;
import org.espalier.methods.Methods;
import org.espalier.methods.TrainingPlan;
import org.espalier.methods.settings.Settings;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints whose checksum is right. */
class CheckpointFuzzTest {

  private static final String FINGERPRINT = "recipe";
  private static final Network NETWORK = Models.named("mlp:6x5", Shape.features(7), 3);
  private static final Trainer TRAINER = trainer();

  static Stream<byte[]> seeds() {
    var whole = Scratch.written(it -> Checkpoint.write(it, FINGERPRINT, trainer()));
    return Stream.of(Arrays.copyOf(whole, whole.length - Integer.BYTES));
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var sum = new CRC32C();
    sum.update(input);
    var bytes =
        ByteBuffer.allocate(input.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(input)
            .putInt((int) sum.getValue())
            .array();
    var file = Scratch.file("checkpoint", bytes);
    ReaderContract.requireKept(input.length, () -> Checkpoint.read(file, FINGERPRINT, TRAINER));
  }

  private static Trainer trainer() {
    var steps = 1000;
    var method =
        Methods.named("rigl")
            .create(new Settings("method", Map.of("sparsity", 0.5, "every", "5it")));
    var prepared = method.prepare(NETWORK, new TrainingPlan(steps, 20), new Randoms(1));
    var parameters = Parameters.of(NETWORK, prepared.topologies());
    var executor =
        new CpuEngine()
            .compile(
                NETWORK, parameters, new Loss.CrossEntropy(0), new Engine.Options(4, 1, 1, true));
    var setup =
        new TrainingSetup(
            executor,
            new NoBatches(),
            new Sgd(0.9, true, WeightDecay.NONE),
            new LearningRate.Constant(0.1),
            prepared.hook(),
            steps);
    return new Trainer(setup, TrainingListener.NONE);
  }

  /** Nothing is trained here. */
  private record NoBatches() implements BatchSource {
    @Override
    public int batchesPerEpoch() {
      return 20;
    }

    @Override
    public void seek(long iteration) {}

    @Override
    public Batch next() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
