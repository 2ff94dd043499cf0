package org.espalier.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.UsageException;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.surp.LaplacianSource;
import org.espalier.formats.surp.Normalisation;
import org.espalier.formats.surp.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** SuRP's curve beside the rate-distortion function. */
@Command(
    name = "rate-distortion",
    description = {
      "Measures what SuRP takes to reach a distortion, signs and header included, beside the"
          + " rate-distortion function of Laplacian weights and a plain scalar quantiser.",
      "Without a model the weights are Laplacian. With one they are its prunable weights, and a"
          + " second table has its accuracy at several rates, all decoded from one stream."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier lab rate-distortion --json",
      "  espalier lab rate-distortion --weights 1000000 --multiple 2.5 --shrink 0.5",
      "  espalier lab rate-distortion --model runs/NAME --bits 0.5,1,2,3 --chart accuracy.svg"
    })
final class RateDistortionCommand implements Runnable {
  @Mixin private Output output;

  @Option(
      names = "--weights",
      defaultValue = "50000",
      description = "Laplacian weights to draw (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "What the weights are drawn with (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--distortion",
      split = ",",
      defaultValue = "0.9,0.75,0.5,0.25,0.1",
      description = "Mean errors in units of the mean magnitude (default: ${DEFAULT-VALUE}).")
  private List<Double> distortions;

  @Option(
      names = "--multiple",
      description =
          "First threshold in units of the mean; by default ln(n / ln n). About 2.5, with --shrink"
              + " 0.5, takes the fewest bits and leaves fewer zeros.")
  private @Nullable Double multiple;

  @Option(
      names = "--shrink",
      defaultValue = "0.95",
      description = "By what thresholds fall at most (default: ${DEFAULT-VALUE}).")
  private double shrink;

  @Option(
      names = "--normalise",
      defaultValue = "L2_PER_TENSOR",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Normalisation normalisation;

  @Option(
      names = "--model",
      paramLabel = "RUN_OR_FILE",
      description = "Trained weights instead of drawn ones.")
  private @Nullable Path model;

  @Option(names = "--data", paramLabel = "NAME", description = "Other data than it was made with.")
  private @Nullable String data;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Folder to look for data in.")
  private @Nullable Path dataDir;

  @Option(
      names = "--bits",
      split = ",",
      defaultValue = "0.25,0.5,1,1.5,2,3,4",
      description =
          "Bits per weight at which the accuracy of a model is measured, ascending (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Double> rates;

  @Option(
      names = "--no-accuracy",
      description = "Leave the accuracy of a model out; no data are needed then.")
  private boolean withoutAccuracy;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "Threads that evaluate, 0 for one per processor.")
  private int threads;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "Draw the curves: distortion, or of a model the accuracy, by bits (SVG).")
  private @Nullable Path chart;

  @Override
  public void run() {
    UsageException.requireAtLeast(3, "--weights", count);
    UsageException.requireAtLeast(0, "--threads", threads);
    requireWithin("--distortion", distortions, 1);
    requireWithin("--bits", rates, 64);
    var settings = UsageException.checking(this::settings);
    if (model == null) {
      synthetic(settings);
    } else {
      trained(SavedModel.read(model), settings);
    }
  }

  private void synthetic(Settings settings) {
    var randoms = new Randoms(seed);
    var weights = new LaplacianSource(1).weights(count, randoms.stream(Purpose.DATA, 0, 0));
    var tensors = List.of(weights);
    var points = distortions.stream().map(it -> RatePoint.measure(tensors, settings, it)).toList();
    var stall = TextbookSurp.run(weights, randoms.stream(Purpose.ORDER, 0, 0));
    var curves = new RateCurves.Synthetic("laplacian", count, seed, points, stall);
    output.text(RateTables.of(points));
    output.text(RateTables.of(stall));
    draw(curves);
    output.result(curves);
  }

  private void trained(SavedModel saved, Settings settings) {
    var weights = new ModelWeights(saved);
    var tensors = weights.tensors();
    var accuracy = Optional.<TestAccuracy>empty();
    if (!withoutAccuracy) {
      accuracy =
          Optional.of(
              new TestAccuracy(
                  saved,
                  weights,
                  Optional.ofNullable(data),
                  Optional.ofNullable(dataDir),
                  threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
    }
    var measure = measure(accuracy);
    var points = distortions.stream().map(it -> RatePoint.measure(tensors, settings, it)).toList();
    output.text(RateTables.of(points));
    var whole = measure.apply(tensors);
    var prefixes = PrefixPoint.measure(tensors, settings, rates, measure);
    var curves =
        new RateCurves.Trained(
            saved.file().toString(),
            saved.network().name(),
            weights.count(),
            weights.others(),
            accuracy.map(TestAccuracy::data),
            accuracy.map(TestAccuracy::samples).orElse(0),
            whole,
            points,
            prefixes);
    output.text(RateTables.of(curves));
    draw(curves);
    output.result(curves);
  }

  private static Function<List<float[]>, OptionalDouble> measure(Optional<TestAccuracy> accuracy) {
    return tensors ->
        accuracy.map(it -> OptionalDouble.of(it.of(tensors))).orElseGet(OptionalDouble::empty);
  }

  private void draw(RateCurves curves) {
    if (chart != null) {
      DurableFile.write(chart, curves.svg());
      output.text("wrote " + chart);
    }
  }

  private Settings settings() {
    return new Settings(
        normalisation,
        multiple == null ? OptionalDouble.empty() : OptionalDouble.of(multiple),
        shrink);
  }

  private static void requireWithin(String option, List<Double> values, double most) {
    var last = 0.0;
    for (var value : values) {
      if (!(value > 0 && value < most)) {
        throw new UsageException(
            "%s %s: expected numbers above 0 and below %s".formatted(option, value, most));
      }
      if (option.equals("--bits") && value <= last) {
        throw new UsageException(option + " " + values + ": expected ascending numbers");
      }
      last = value;
    }
  }
}
