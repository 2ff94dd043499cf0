package org.espalier.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.NetworkBuilder;
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
import org.espalier.formats.onnx.OnnxFile.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ONNX Runtime makes of exported files, beside our own executor. */
class OnnxRuntimeTest {
  private static final int SAMPLES = 3;
  private static final long SEED = 11;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "resnet-20, 3x32x32",
    "vgg-16-bn, 3x32x32",
    "mobilenet-v1, 3x32x32",
    "wrn-16-1:dropout=0.3, 3x32x32",
    "lenet-5, 1x28x28",
    "mlp:300x100, 1x28x28"
  })
  void standardModelsGiveTheSameLogits(String model, String input) throws OrtException {
    var extents = input.split("x", -1);
    var shape =
        new Shape(
            Integer.parseInt(extents[0]),
            Integer.parseInt(extents[1]),
            Integer.parseInt(extents[2]));
    var network = Models.named(model, shape, 10);

    assertSameLogits(network, Storage.SPARSE, Weights.DENSE);
    assertSameLogits(network, Storage.SPARSE, Weights.SPARSE);
  }

  @ParameterizedTest
  @CsvSource({"DENSE, DENSE", "MASKED, DENSE", "MASKED, SPARSE"})
  void everyStorageGivesTheSameLogits(Storage storage, Weights weights) throws OrtException {
    assertSameLogits(Models.named("lenet-5", new Shape(1, 28, 28), 10), storage, weights);
  }

  /** Features as images and back, padded pools, grouped convolutions, sums of three. */
  @Test
  void layersThatNoStandardModelHasGiveTheSameLogits() throws OrtException {
    var network =
        NetworkBuilder.of("rare", new Shape(4, 9, 7))
            .node("grouped", new Layer.Conv2d(6, 3, 2, 1, 2, true))
            .node("max", new Layer.MaxPool2d(3, 2, 1))
            .node("mean", new Layer.AvgPool2d(3, 1, 1))
            .batchNorm("bn")
            .add("sum", "bn", "max", "mean")
            .flatten("flatten")
            .node("fc1", new Layer.Linear(5, false))
            .batchNorm("fc1.bn")
            .relu("fc1.relu")
            .conv("pointwise", 8, 1, 1)
            .relu("pointwise.relu")
            .globalAvgPool("pool")
            .dropout("dropout", 0.5)
            .linear("fc2", 6)
            .node("last", new Layer.Conv2d(3, 1, 1, 0, 1, true))
            .build();

    assertSameLogits(network, Storage.DENSE, Weights.DENSE);
    assertSameLogits(network, Storage.SPARSE, Weights.SPARSE);
  }

  @Test
  void weightsWithoutAnyNonZeroLoad() throws OrtException {
    var network = NetworkBuilder.of("empty", Shape.features(6)).linear("fc", 2).build();
    var none = Topology.of(2, 6, new long[0]);
    var parameters =
        new Parameters(
            network,
            spec -> spec.prunable() ? Parameter.sparse(spec, none) : Parameter.dense(spec));

    assertSameLogits(network, parameters, Weights.SPARSE);
  }

  private void assertSameLogits(Network network, Storage storage, Weights weights)
      throws OrtException {
    assertSameLogits(network, random(network, storage), weights);
  }

  private void assertSameLogits(Network network, Parameters parameters, Weights weights)
      throws OrtException {
    var batch = new Batch(SAMPLES, network.input().size());
    var stream = new Randoms(SEED).stream(Purpose.DATA, 0, 0);
    for (var i = 0; i < batch.features().length; i++) {
      batch.features()[i] = (float) stream.nextGaussian();
    }
    var ours = ours(network, parameters, batch);
    var file = folder.resolve(network.name() + weights + ".onnx");
    OnnxFile.write(file, network, parameters, weights, Map.of("recipe", "none"));
    var theirs = theirs(file, network, batch);

    var largest = 0f;
    for (var logit : ours) {
      largest = Math.max(largest, Math.abs(logit));
    }
    for (var i = 0; i < ours.length; i++) {
      assertThat(theirs[i / network.output().size()][i % network.output().size()])
          .as("%s, %s, logit %d, seed %d", network.name(), weights, i, SEED)
          .isCloseTo(ours[i], within(1e-4f * largest));
    }
  }

  private static float[] ours(Network network, Parameters parameters, Batch batch) {
    var logits = new float[SAMPLES * network.output().size()];
    var options = new Engine.Options(SAMPLES, 1, 1, false);
    try (var executor =
        new CpuEngine().compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      executor.logits(logits);
    }
    return logits;
  }

  private static float[][] theirs(Path file, Network network, Batch batch) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    var in = network.input();
    var shape =
        in.flat()
            ? new long[] {SAMPLES, in.channels()}
            : new long[] {SAMPLES, in.channels(), in.height(), in.width()};
    try (var session = environment.createSession(file.toString());
        var input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(batch.features()), shape);
        var result = session.run(Map.of("input", input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  /** A tenth of the weights; statistics that a normalisation must not leave out. */
  private static Parameters random(Network network, Storage storage) {
    var parameters = new Parameters(network, spec -> stored(spec, storage));
    for (var parameter : parameters) {
      var stream = new Randoms(SEED).stream(Purpose.INITIALISATION, parameter.name(), 0);
      var fanIn = parameter.density() * parameter.spec().fanIn();
      for (var i = 0; i < parameter.stored(); i++) {
        parameter.values()[i] = value(parameter.spec().role(), fanIn, stream);
      }
    }
    return parameters;
  }

  private static Parameter stored(ParameterSpec spec, Storage storage) {
    if (!spec.prunable() || storage == Storage.DENSE) {
      return Parameter.dense(spec);
    }
    var stream = new Randoms(SEED).stream(Purpose.TOPOLOGY, spec.name(), 0);
    var positions = LongStream.range(0, spec.size()).filter(_ -> stream.nextInt(10) == 0).toArray();
    var topology = Topology.of(spec.rows(), spec.columns(), positions);
    return storage == Storage.SPARSE
        ? Parameter.sparse(spec, topology)
        : Parameter.masked(spec, topology);
  }

  private static float value(ParameterSpec.Role role, double fanIn, RandomStream stream) {
    var value = (float) stream.nextGaussian();
    return switch (role) {
      case WEIGHT -> (float) (value * Math.sqrt(2 / fanIn));
      case NORM_SCALE -> 1 + 0.2f * value;
      case RUNNING_VARIANCE -> 0.5f + Math.abs(value);
      default -> 0.2f * value;
    };
  }
}
