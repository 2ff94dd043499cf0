package org.espalier.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;
import org.espalier.formats.onnx.OnnxFile;

/**
 * ONNX Runtime on the exported network, all weights dense, at its best: every optimisation, the
 * batch known beforehand, input and output in memory that it neither copies nor allocates. Its
 * threads spin while it runs and sleep once it is done, so that they do not slow down others.
 */
final class OnnxRuntime implements Rival {
  static final String NAME = "onnxruntime";

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final FloatBuffer logits;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  /**
   * Exports the network to a temporary file and loads it.
   *
   * @throws EspalierException if this platform's runtime does not load it
   */
  OnnxRuntime(Network network, Parameters parameters, Batch batch, int threads) {
    var features = direct(batch.size() * batch.sampleSize());
    features.put(0, batch.features(), 0, features.capacity());
    logits = direct(batch.size() * network.output().size());
    try (var options = options(batch.size(), threads)) {
      var environment = OrtEnvironment.getEnvironment();
      session = environment.createSession(export(network, parameters), options);
      input =
          OnnxTensor.createTensor(environment, features, extents(batch.size(), network.input()));
      output =
          OnnxTensor.createTensor(environment, logits, extents(batch.size(), network.output()));
    } catch (OrtException e) {
      throw new EspalierException("ONNX Runtime: " + e.getMessage(), e);
    } catch (LinkageError absent) { // as it comes from a class that cannot be initialised
      throw new EspalierException(
          "ONNX Runtime does not load on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch"),
          absent);
    }
    inputs = Map.of(session.getInputNames().iterator().next(), input);
    outputs = Map.of(session.getOutputNames().iterator().next(), output);
  }

  private static SessionOptions options(int batch, int threads) throws OrtException {
    var options = new SessionOptions();
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setSymbolicDimensionValue("batch", batch);
    options.addConfigEntry("session.intra_op.allow_spinning", "1");
    options.addConfigEntry("session.force_spinning_stop", "1");
    return options;
  }

  private static byte[] export(Network network, Parameters parameters) {
    try {
      var folder = Files.createTempDirectory("espalier");
      var file = folder.resolve("model.onnx");
      try {
        OnnxFile.write(file, network, parameters, OnnxFile.Weights.DENSE, Map.of());
        return Files.readAllBytes(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot export " + network.name() + ": " + e.getMessage(), e);
    }
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, floats))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static long[] extents(int batch, Shape shape) {
    return shape.flat()
        ? new long[] {batch, shape.channels()}
        : new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String layout() {
    return Opponent.OWN_LAYOUT;
  }

  @Override
  public void run() {
    try {
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw new EspalierException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  @Override
  public float[] logits() {
    var values = new float[logits.capacity()];
    logits.get(0, values);
    return values;
  }

  @Override
  public void close() {
    input.close();
    output.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new EspalierException("ONNX Runtime: " + e.getMessage(), e);
    }
  }
}
