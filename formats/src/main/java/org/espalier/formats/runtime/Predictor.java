package org.espalier.formats.runtime;

import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.folding.BatchNormFolding;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;
import org.espalier.formats.Model;
import org.espalier.formats.ModelMetadata;

/**
 * A trained network ready to predict, for programs that want nothing else of it.
 *
 * <pre>{@code
 * try (var predictor = Predictor.load(Path.of("model.safetensors"))) {
 *   System.out.println(predictor.predict(sample).best().name());
 * }
 * }</pre>
 *
 * <p>A sample is {@code [channel][height][width]} in the units of the training data, for images 0
 * to 1; it is normalised here as the model says. Batch normalisation is folded into the layers
 * before it; absent weights stay absent. A prediction does not depend on the batch it was made in.
 *
 * <p>Any number of threads may call at once. Up to {@link Options#callers} of them compute at the
 * same time, each with activations of its own, which are allocated when that many are first busy
 * together; others wait. The weights are there once. Memory off the heap is freed by {@link
 * #close}, which waits for calls under way.
 */
public final class Predictor implements AutoCloseable {
  /** As many samples as the narrowest vectors hold: fewer would take as long. */
  private static final int FEW = 4;

  private final Network network;
  private final List<String> classes;
  private final Optional<Normalisation> normalisation;
  private final int batch;
  private final Callers callers;

  private Predictor(Model model, IntFunction<Engine> engines, Options options) {
    this.network = model.network();
    this.classes = ModelMetadata.classes(model).orElseGet(() -> numbered(network));
    this.normalisation = ModelMetadata.normalisation(model);
    this.batch = options.batch();
    var folded = BatchNormFolding.fold(network, model.parameters());
    this.callers =
        new Callers(
            options.callers(),
            () ->
                new Caller(
                    size ->
                        engines
                            .apply(size)
                            .compile(
                                folded.network(),
                                folded.parameters(),
                                new Loss.CrossEntropy(0),
                                new Engine.Options(size, options.threads(), 0, false))));
  }

  /**
   * How to predict.
   *
   * @param threads that share the work of one call; results do not depend on it
   * @param batch samples that go through the network together when a call has more: more are
   *     faster, and take more memory
   * @param callers calls that compute at the same time
   */
  public record Options(int threads, int batch, int callers) {
    /** One thread per call, 64 samples together, a call per processor. */
    public static final Options DEFAULT =
        new Options(1, 64, Runtime.getRuntime().availableProcessors());

    public Options {
      if (threads < 1 || batch < 1 || callers < 1) {
        throw new EspalierException(
            "threads %d, batch %d, callers %d: expected at least 1"
                .formatted(threads, batch, callers));
      }
    }

    public Options withThreads(int threads) {
      return new Options(threads, batch, callers);
    }

    public Options withBatch(int batch) {
      return new Options(threads, batch, callers);
    }

    public Options withCallers(int callers) {
      return new Options(threads, batch, callers);
    }
  }

  /** Loads a model file of any format that {@link Model#read} knows. */
  public static Predictor load(Path file) {
    return load(file, Options.DEFAULT);
  }

  /**
   * Loads a model file of any format that {@link Model#read} knows.
   *
   * @throws EspalierException in one line, if there is none or it is damaged
   */
  public static Predictor load(Path file, Options options) {
    var model = Model.read(file);
    try {
      return new Predictor(model, Predictor::engine, options);
    } catch (EspalierException e) {
      throw new EspalierException(file + ": " + e.getMessage(), e);
    }
  }

  /** One sample needs no vectors: their kernels take longer to load than it takes to predict. */
  private static Engine engine(int samples) {
    return samples == 1 ? new CpuEngine(Kernels.single()) : new CpuEngine();
  }

  /** Makes a model ready on a given engine; its weights are copied. */
  public static Predictor of(Model model, Engine engine, Options options) {
    return new Predictor(model, _ -> engine, options);
  }

  /** The network as it was trained. */
  public Network network() {
    return network;
  }

  /** What a sample is: channels × height × width. */
  public Shape input() {
    return network.input();
  }

  /** Names of the classes in the order of the logits; their numbers where the model has none. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Predicts one sample.
   *
   * @param sample {@code [channel][height][width]}, not normalised
   * @throws EspalierException if it has another number of values than the network takes
   */
  public Prediction predict(float[] sample) {
    return predict(new float[][] {sample}).getFirst();
  }

  /**
   * Predicts some samples, one prediction for each, in their order.
   *
   * @param samples {@code [sample][channel · height · width]}, not normalised
   */
  public List<Prediction> predict(float[][] samples) {
    requireFit(samples);
    return samples.length == 0
        ? List.of()
        : callers.lend(
            caller -> {
              var predictions = new ArrayList<Prediction>(samples.length);
              for (var from = 0; from < samples.length; from += batch) {
                predict(caller, samples, from, predictions);
              }
              return List.copyOf(predictions);
            });
  }

  private void predict(Caller caller, float[][] samples, int from, List<Prediction> predictions) {
    var size = Math.min(batch, samples.length - from);
    var logits =
        caller.logits(
            capacity(size),
            size,
            (sample, into, at) -> {
              System.arraycopy(samples[from + sample], 0, into, at, input().size());
              normalisation.ifPresent(it -> it.apply(into, at, input().height() * input().width()));
            });
    var perSample = classes.size();
    for (var sample = 0; sample < size; sample++) {
      predictions.add(
          new Prediction(
              classes, Arrays.copyOfRange(logits, sample * perSample, (sample + 1) * perSample)));
    }
  }

  /** Room for at least {@code samples}, of few sizes: an executor is kept for each. */
  private int capacity(int samples) {
    return samples == 1 ? 1 : samples <= FEW ? Math.min(FEW, batch) : batch;
  }

  private void requireFit(float[][] samples) {
    for (var sample = 0; sample < samples.length; sample++) {
      if (samples[sample].length != input().size()) {
        throw new EspalierException(
            "sample %d has %d values: network %s expects %s, that is %d"
                .formatted(
                    sample, samples[sample].length, network.name(), input(), input().size()));
      }
    }
  }

  /** Made when asked for: a file of a few bytes may promise any number of logits. */
  private static List<String> numbered(Network network) {
    var logits = network.output().size();
    return new AbstractList<>() {
      @Override
      public String get(int index) {
        return String.valueOf(Objects.checkIndex(index, logits));
      }

      @Override
      public int size() {
        return logits;
      }
    };
  }

  @Override
  public void close() {
    callers.close();
  }
}
