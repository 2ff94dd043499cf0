package org.espalier.formats.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Batch;

/** What our executor and ONNX Runtime make of one batch, {@code [sample][class]} flattened. */
final class Logits {
  static final long SEED = 11;

  private Logits() {}

  static float[] random(int size) {
    var stream = new Randoms(SEED).stream(Purpose.DATA, 0, 0);
    var values = new float[size];
    for (var i = 0; i < size; i++) {
      values[i] = (float) stream.nextGaussian();
    }
    return values;
  }

  static float[] ours(Network network, Parameters parameters, float[] features) {
    var samples = features.length / network.input().size();
    var batch = new Batch(samples, network.input().size());
    System.arraycopy(features, 0, batch.features(), 0, features.length);
    var logits = new float[samples * network.output().size()];
    var options = new Engine.Options(samples, 1, 1, false);
    try (var executor =
        new CpuEngine().compile(network, parameters, new Loss.CrossEntropy(0), options)) {
      executor.forward(batch, Executor.Mode.INFERENCE, 0);
      executor.logits(logits);
    }
    return logits;
  }

  static float[] runtimes(Path file, String input, float[] features, long... shape)
      throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(file.toString());
        var tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(features), shape);
        var result = session.run(Map.of(input, tensor))) {
      var buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
      var logits = new float[buffer.remaining()];
      buffer.get(logits);
      return logits;
    }
  }
}
