package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.formats.runtime.Prediction;
import org.espalier.formats.runtime.Predictor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies samples by a trained model. */
@Command(
    name = "predict",
    description = {
      "Classifies samples by a trained model.",
      "Images have the size the model was trained on; a CSV file has one sample per line, a NumPy"
          + " array one, or some along its first axis, images as values from 0 to 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier predict runs/NAME --input picture.png",
      "  espalier predict runs/NAME --input pictures/ samples.csv --top 3 --json",
      "  espalier predict network.onnx --input samples.npy"
    })
final class PredictCommand implements Runnable {
  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "PNG, JPEG, CSV or NPY files, or folders of images.")
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

  @Option(
      names = "--batch",
      defaultValue = "128",
      paramLabel = "N",
      description = "Samples that are read and go through the network together.")
  private int batch;

  @Mixin private EngineOptions engine;
  @Mixin private Output output;

  /** The most likely classes of one sample. */
  record Row(String input, List<Prediction.Guess> classes) {}

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--top", top);
    UsageException.requireAtLeast(1, "--batch", batch);
    UsageException.requireAtLeast(0, "--threads", threads);
    var computing = UsageException.checking(engine.choice()::engine);
    var saved = SavedModel.read(source);
    var options = new Predictor.Options(Processors.or(threads), batch, 1);
    var rows = new ArrayList<Row>();
    try (var predictor = Predictor.of(saved.model(), computing, options)) {
      // As many at a time as go through the network together: a folder may hold more than memory.
      PredictionInputs.read(
          inputs, saved.network().input(), batch, samples -> rows.addAll(rows(predictor, samples)));
    }
    if (rows.isEmpty()) {
      throw new EspalierException(
          inputs.stream().map(Path::toString).collect(Collectors.joining(", "))
              + ": no samples, expected images, arrays or lines of numbers");
    }
    output.text(table(rows).toString());
    output.result(rows);
  }

  private List<Row> rows(Predictor predictor, List<PredictionInputs.Sample> samples) {
    var values = samples.stream().map(PredictionInputs.Sample::values).toArray(float[][]::new);
    var predictions = predictor.predict(values);
    return IntStream.range(0, samples.size())
        .mapToObj(i -> new Row(samples.get(i).name(), predictions.get(i).top(top)))
        .toList();
  }

  private static Table table(List<Row> rows) {
    var table = new Table("input", "class", "probability");
    for (var row : rows) {
      for (var guess : row.classes()) {
        table.row(row.input(), guess.name(), Training.percent(guess.probability()));
      }
    }
    return table;
  }
}
