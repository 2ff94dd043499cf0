package org.espalier.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.espalier.app.compression.Candidate;
import org.espalier.app.compression.CompressionSearch;
import org.espalier.app.compression.FileSize;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.training.Evaluation;
import org.espalier.formats.Model;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a network in few bytes. */
@Command(
    name = "compress",
    description = {
      "Writes a trained network in as few bytes as wanted: a .esp file, which every command reads.",
      "Without a target all weights are kept, bit for bit. With one, the least distorted of all"
          + " codings is taken: floats, integers of 8 to 2 bits, multiples of one step, or weights"
          + " refined successively (SuRP) up to the size."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier compress runs/NAME --out small.esp",
      "  espalier compress runs/NAME --bits 1.0 --out small.esp",
      "  espalier compress runs/NAME --size 200KB --out small.esp --json",
      "  espalier compress runs/NAME --max-drop 0.5 --data fashion-mnist --out small.esp",
      "  espalier compress runs/NAME --size 200KB --progressive --out refined.esp",
      "  espalier compress refined.esp --size 50KB --progressive --out smaller.esp"
    })
final class CompressCommand implements Runnable {
  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  @ArgGroup private Goal goal = new Goal();

  @Option(
      names = "--progressive",
      description = {
        "Refined weights, whatever else would be smaller: any beginning of the file is a network.",
        "Of a file that has them the beginning is taken, bit for bit."
      })
  private boolean progressive;

  @Option(
      names = "--no-evaluation",
      description = "Do not measure the accuracy before and after; then no data are needed.")
  private boolean blind;

  @Mixin private EvaluationOptions evaluation;
  @Mixin private EngineOptions engine;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  /** What the file is to be. */
  static final class Goal {
    @Option(
        names = "--coding",
        paramLabel = "CODING",
        description = "How weights are kept: exact, half, int8, int7 … int2.")
    private @Nullable String coding;

    @Option(
        names = "--bits",
        paramLabel = "BITS",
        description = "Bits of the file per parameter, at most: 1.0, or less than one.")
    private @Nullable Double bits;

    @Option(
        names = "--size",
        paramLabel = "SIZE",
        description = "Bytes of the file, at most: 90000, 200KB, 1.5MiB.")
    private @Nullable String size;

    @Option(
        names = "--max-drop",
        paramLabel = "POINTS",
        description = "Points of accuracy that may be lost, in percent, on --split of --data.")
    private @Nullable Double drop;

    /** Bytes that the file may have, if that is the goal. */
    OptionalLong bytes(Model model) {
      var text = size;
      if (text != null) {
        return OptionalLong.of(UsageException.checking(() -> FileSize.parse(text)).bytes());
      }
      if (bits == null) {
        return OptionalLong.empty();
      }
      if (!(bits > 0)) {
        throw new UsageException("--bits " + bits + ": expected more than 0");
      }
      return OptionalLong.of((long) (bits * CompressionOutcome.parameters(model) / Byte.SIZE));
    }

    /** Points of accuracy that may be lost, if that is the goal. */
    OptionalDouble drop() {
      if (drop == null) {
        return OptionalDouble.empty();
      }
      if (!(drop >= 0)) {
        throw new UsageException("--max-drop " + drop + ": expected 0 or more");
      }
      return OptionalDouble.of(drop);
    }

    Coding coding() {
      var text = coding;
      return text == null ? new Coding.Exact() : UsageException.checking(() -> Coding.parse(text));
    }
  }

  /** Measures models on the same samples. */
  record Accuracy(EvaluationData data, Engine engine) {
    Evaluation of(Model model) {
      return data.measure(model, engine);
    }
  }

  @Override
  public void run() {
    evaluation.require();
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var saved = SavedModel.read(source);
    requireSensible(saved.model());
    var accuracy = blind ? Optional.<Accuracy>empty() : Optional.of(accuracy(saved));
    var before = accuracy.map(it -> it.of(saved.model()));
    var search =
        new CompressionSearch(
            saved.model(), CompressionOutcome.mostProvenance(accuracy), this::tell);
    var chosen = chosen(search, accuracy, before);
    var outcome =
        new CompressionOutcome(
            saved.model(), chosen, accuracy, before, accuracy.map(it -> it.of(chosen.model())));
    chosen.contents().withMetadata(outcome.metadata()).write(target);
    outcome.tell(output, target);
  }

  private void requireSensible(Model model) {
    if (progressive && goal.bytes(model).isEmpty()) {
      throw new UsageException("--progressive: expected --size or --bits with it");
    }
    if (blind && goal.drop().isPresent()) {
      throw new UsageException("--max-drop measures: expected no --no-evaluation");
    }
  }

  private Candidate chosen(
      CompressionSearch search, Optional<Accuracy> accuracy, Optional<Evaluation> before) {
    var most = goal.bytes(search.model());
    if (most.isPresent()) {
      var bytes = most.getAsLong();
      return progressive ? refined(search, bytes) : search.within(bytes);
    }
    var drop = goal.drop();
    if (drop.isPresent()) {
      var least = before.orElseThrow().accuracy() - drop.getAsDouble() / 100;
      return search.accurate(model -> accuracy.orElseThrow().of(model).accuracy(), least);
    }
    return search.with(goal.coding());
  }

  /** The beginning of what the source has of refined weights, or weights refined anew. */
  private Candidate refined(CompressionSearch search, long bytes) {
    if (Files.isRegularFile(source) && EspFile.recognises(source)) {
      try (var file = EspFile.open(source)) {
        var contents = file.contents();
        if (contents.progressive()) {
          return search.refined(bytes, contents);
        }
      }
    }
    return search.refinedWithin(bytes);
  }

  private Accuracy accuracy(SavedModel saved) {
    var computing =
        tuning.tuned(UsageException.checking(engine.choice()::engine), output, output::text);
    var recipe = evaluation.recipe(saved, engine);
    var training = new Training(output, tuning);
    return new Accuracy(EvaluationData.load(saved, recipe, evaluation.part(), training), computing);
  }

  private void tell(Candidate candidate) {
    output.text(
        String.format(
            Locale.ROOT,
            "%-6s %,12d bytes, relative squared error %.2e",
            candidate.coding(),
            candidate.bytes(),
            candidate.distortion()));
  }
}
