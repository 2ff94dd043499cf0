package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.network.Loss;
import org.espalier.engine.training.Batch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies samples by a trained model. */
@Command(
    name = "predict",
    description = {
      "Classifies samples by a trained model.",
      "Images have the size the model was trained on; a CSV file has one sample per line, images as"
          + " values from 0 to 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier predict runs/NAME --input picture.png",
      "  espalier predict runs/NAME --input pictures/ samples.csv --top 3 --json"
    })
final class PredictCommand implements Runnable {
  private static final int LARGEST_BATCH = 128;

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "PNG, JPEG or CSV files, or folders of images.")
  private List<Path> inputs;

  @Option(
      names = "--top",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many classes to name per sample, most likely first.")
  private int top;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Threads that compute, 0 for one per processor.")
  private int threads;

  @Mixin private EngineOptions engine;
  @Mixin private Output output;

  /** A class with its probability. */
  record Guess(int label, String name, double probability) {}

  /** The most likely classes of one sample. */
  record Prediction(String input, List<Guess> classes) {}

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--top", top);
    UsageException.requireAtLeast(0, "--threads", threads);
    var computing = UsageException.checking(engine.choice()::engine);
    var saved = SavedModel.read(source);
    var samples = PredictionInputs.read(inputs, saved.network().input());
    if (samples.isEmpty()) {
      throw new EspalierException(
          inputs.stream().map(Path::toString).collect(Collectors.joining(", "))
              + ": no samples, expected images or lines of numbers");
    }
    var predictions = predict(computing, saved, samples);
    var table = new Table("input", "class", "probability");
    for (var prediction : predictions) {
      for (var guess : prediction.classes()) {
        table.row(prediction.input(), guess.name(), Training.percent(guess.probability()));
      }
    }
    output.text(table.toString());
    output.result(predictions);
  }

  private List<Prediction> predict(
      Engine computing, SavedModel saved, List<PredictionInputs.Sample> samples) {
    var network = saved.network();
    var batch = new Batch(Math.min(LARGEST_BATCH, samples.size()), network.input().size());
    var options = new Engine.Options(batch.capacity(), Processors.or(threads), 0, false);
    var predictions = new ArrayList<Prediction>();
    try (var executor =
        computing.compile(network, saved.model().parameters(), new Loss.CrossEntropy(0), options)) {
      for (var from = 0; from < samples.size(); from += batch.capacity()) {
        var to = Math.min(samples.size(), from + batch.capacity());
        predictions.addAll(predict(saved, executor, batch, samples.subList(from, to)));
      }
    }
    return predictions;
  }

  private List<Prediction> predict(
      SavedModel saved, Executor executor, Batch batch, List<PredictionInputs.Sample> samples) {
    var input = saved.network().input();
    var classes = saved.classes();
    var normalisation = saved.normalisation();
    batch.size(samples.size());
    for (var i = 0; i < samples.size(); i++) {
      var at = i * input.size();
      System.arraycopy(samples.get(i).values(), 0, batch.features(), at, input.size());
      normalisation.apply(batch.features(), at, input.height() * input.width());
    }
    executor.forward(batch, Executor.Mode.INFERENCE, 0);
    var logits = new float[batch.capacity() * classes.size()];
    executor.logits(logits);
    return IntStream.range(0, samples.size())
        .mapToObj(i -> new Prediction(samples.get(i).name(), guesses(logits, i, classes)))
        .toList();
  }

  private List<Guess> guesses(float[] logits, int sample, List<String> classes) {
    var first = sample * classes.size();
    var largest = Double.NEGATIVE_INFINITY;
    for (var c = 0; c < classes.size(); c++) {
      largest = Math.max(largest, logits[first + c]);
    }
    var sum = 0.0;
    for (var c = 0; c < classes.size(); c++) {
      sum += Math.exp(logits[first + c] - largest);
    }
    var guesses = new ArrayList<Guess>();
    for (var c = 0; c < classes.size(); c++) {
      guesses.add(new Guess(c, classes.get(c), Math.exp(logits[first + c] - largest) / sum));
    }
    return guesses.stream()
        .sorted(Comparator.comparingDouble(guess -> -guess.probability()))
        .limit(top)
        .toList();
  }
}
