package org.espalier.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.espalier.app.run.SavedModel;
import org.espalier.data.Dataset;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;
import org.espalier.formats.ExactZeros;
import org.espalier.formats.Model;
import org.espalier.formats.ModelFormat;
import org.espalier.formats.StateDict;
import org.espalier.formats.onnx.OnnxFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model of ours of a file of another program. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Makes a model of a file that another program wrote: ONNX, or tensors by name as safetensors"
          + " (dense or with bitmasks) or NPZ.",
      "ONNX says what the network is; tensors need --model, and --rename where their names differ."
          + " The result can be evaluated, trained on (train --from), exported."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier import network.onnx --data mnist --out network.safetensors",
      "  espalier import resnet20.safetensors --model resnet-20:shortcut=pad --data cifar-10 \\",
      "      --rename 'layer(\\d+)\\.(\\d+)=stage$1.block{$2+1}' --rename '^linear=fc' \\",
      "      --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225 --out imported.safetensors",
      "  espalier import weights.npz --model mlp:300x100 --input 1x28x28 --classes 10 \\",
      "      --out imported.safetensors"
    })
final class ImportCommand implements Runnable {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(?:x(\\d{1,9})x(\\d{1,9}))?");

  @Parameters(paramLabel = "FILE", description = "ONNX, safetensors or NPZ file.")
  private Path source;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Architecture of a file of tensors; \"espalier models\" lists them.")
  private @Nullable String model;

  @Option(
      names = "--rename",
      paramLabel = "REGEX=NAME",
      description =
          "Rename tensors; $1 is the first group, {$1+1} one more. May be repeated, in order.")
  private List<String> renamings = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "Data it was made for: says shape and classes, and is kept in the model.")
  private @Nullable String data;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "Folder to look for data in.")
  private String dataDir = "";

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description = "Shape of a sample, such as 3x32x32 or 784, unless --data says it.")
  private @Nullable String input;

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAMES",
      description = "Names of the classes with commas between them, or how many there are.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "NUMBERS",
      description = "What it subtracts from each channel of samples from 0 to 1; else nothing.")
  private List<Float> mean = new ArrayList<>();

  @Option(
      names = "--deviation",
      split = ",",
      paramLabel = "NUMBERS",
      description = "What it divides each channel by, after that; else 1.")
  private List<Float> deviation = new ArrayList<>();

  @Option(
      names = "--sparse",
      description = "Take weights that are exactly zero as absent: they are stored sparse.")
  private boolean sparse;

  @Mixin private Output output;

  @Override
  public void run() {
    if (Files.exists(target)) {
      throw new EspalierException(target + " exists, expected the name of a new file");
    }
    var dataset = Optional.ofNullable(data).map(name -> Training.load(name, dataDir, 1, output));
    var read = onnx() ? OnnxFile.read(source) : tensors(dataset);
    var imported = sparse ? ExactZeros.absent(read) : read;
    var saved =
        SavedModel.writeImported(
            target,
            source,
            imported,
            names(dataset, imported),
            normalisation(imported),
            Optional.ofNullable(data));
    tell(saved);
  }

  /** By its content; a damaged file is still what its name says. */
  private boolean onnx() {
    return source.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
        || ModelFormat.ONNX.recognises(source);
  }

  private Model tensors(Optional<Dataset> dataset) {
    if (model == null) {
      throw new UsageException(
          source + " holds tensors without a network: expected --model, or an ONNX file");
    }
    var shape = dataset.map(Dataset::shape).orElseGet(this::shape);
    var logits = dataset.map(it -> it.classes().size()).orElseGet(() -> given().size());
    var name = model;
    var network = UsageException.checking(() -> Models.named(name, shape, logits));
    var rules = renamings.stream().map(Renaming::parse).toList();
    var tensors = StateDict.read(source).renamed(tensor -> renamed(rules, tensor));
    try {
      return new Model(network, tensors.parameters(network), Map.of());
    } catch (EspalierException e) {
      throw new EspalierException(
          source + ": " + e.getMessage() + "; --rename gives tensors other names", e);
    }
  }

  private static String renamed(List<Renaming> rules, String tensor) {
    var name = tensor;
    for (var rule : rules) {
      name = rule.apply(name);
    }
    return name;
  }

  private Shape shape() {
    var text = input == null ? "" : input;
    var extents = SHAPE.matcher(text);
    if (!extents.matches()) {
      throw new UsageException(
          "--input '" + text + "': expected CxHxW or a number of features, or --data");
    }
    var numbers =
        IntStream.rangeClosed(1, 3)
            .map(i -> extents.group(i) == null ? 1 : Integer.parseInt(extents.group(i)))
            .toArray();
    if (Arrays.stream(numbers).anyMatch(extent -> extent < 1)) {
      throw new UsageException("--input " + text + ": expected extents of at least 1");
    }
    return new Shape(numbers[0], numbers[1], numbers[2]);
  }

  /** The classes that the user names or counts. */
  private List<String> given() {
    if (classes.size() == 1 && classes.getFirst().matches("[1-9]\\d{0,5}")) {
      return numbers(Integer.parseInt(classes.getFirst()));
    }
    if (classes.isEmpty()) {
      throw new UsageException("--classes: expected names or their number, or --data");
    }
    return classes;
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private List<String> names(Optional<Dataset> dataset, Model imported) {
    var logits = imported.network().output().size();
    var names =
        classes.isEmpty()
            ? dataset.map(Dataset::classes).orElseGet(() -> numbers(logits))
            : given();
    if (names.size() != logits) {
      throw new EspalierException(
          "%s has %d logits, expected %d, one per class".formatted(source, logits, names.size()));
    }
    return names;
  }

  private Normalisation normalisation(Model imported) {
    var channels = imported.network().input().channels();
    if (mean.isEmpty() && deviation.isEmpty()) {
      return Normalisation.none(channels);
    }
    var shift = mean.isEmpty() ? IntStream.range(0, channels).mapToObj(_ -> 0f).toList() : mean;
    var scale =
        deviation.isEmpty() ? IntStream.range(0, channels).mapToObj(_ -> 1f).toList() : deviation;
    if (shift.size() != channels || scale.size() != channels) {
      throw new UsageException(
          "--mean %s --deviation %s: expected %d numbers each, one per channel"
              .formatted(shift, scale, channels));
    }
    return UsageException.checking(() -> Normalisation.of(floats(shift), floats(scale)));
  }

  private static float[] floats(List<Float> numbers) {
    var floats = new float[numbers.size()];
    for (var i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i);
    }
    return floats;
  }

  private void tell(SavedModel saved) {
    var table = saved.table();
    output.text(table.render(output.width()));
    output.text("wrote " + target);
    var result = new LinkedHashMap<String, Object>();
    result.put("file", target.toString());
    result.put("network", saved.network().name());
    result.put("bytes", bytes());
    result.put("metadata", saved.metadata());
    output.result(result);
  }

  private long bytes() {
    try {
      return Files.size(target);
    } catch (IOException e) {
      throw new EspalierException(target + ": cannot be read", e);
    }
  }
}
