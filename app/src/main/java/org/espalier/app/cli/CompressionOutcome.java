package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.compression.Candidate;
import org.espalier.app.compression.FileSizes;
import org.espalier.app.run.ProgramVersion;
import org.espalier.engine.training.Evaluation;
import org.espalier.formats.Model;

/** What compressing a network came to, for people, for machines and for the file itself. */
record CompressionOutcome(
    Model original,
    Candidate chosen,
    Optional<CompressCommand.Accuracy> accuracy,
    Optional<Evaluation> before,
    Optional<Evaluation> after) {
  /** Bytes that {@link #metadata} add to a file at most, but for the name of the data. */
  private static final int MOST_PROVENANCE = 320;

  private static final int MOST_ESCAPED = 6; // bytes of a character in JSON

  private static final String PROVENANCE = "provenance.";

  /** All of a network's parameters, absent ones included. */
  static long parameters(Model model) {
    return model.network().parameters().stream().mapToLong(spec -> spec.size()).sum();
  }

  /** Bytes that {@link #metadata} add to a file, at most. */
  static long mostProvenance(Optional<CompressCommand.Accuracy> accuracy) {
    var name = accuracy.map(it -> it.data().recipe().data().name()).orElse("");
    return MOST_PROVENANCE + (long) MOST_ESCAPED * name.length();
  }

  /** The network's own metadata, and where the file comes from. */
  Map<String, String> metadata() {
    var metadata = new LinkedHashMap<>(original.metadata());
    metadata.put(PROVENANCE + "program", "espalier " + ProgramVersion.number());
    metadata.put(PROVENANCE + "coding", chosen.coding().toString());
    accuracy.ifPresent(
        it ->
            metadata.put(
                PROVENANCE + "data",
                "%s %s, %d samples, sha256 %s"
                    .formatted(
                        it.data().recipe().data().name(),
                        it.data().part(),
                        it.data().split().size(),
                        it.data().hash())));
    before.ifPresent(it -> metadata.put(PROVENANCE + "accuracy.before", figure(it.accuracy())));
    after.ifPresent(it -> metadata.put(PROVENANCE + "accuracy", figure(it.accuracy())));
    return metadata;
  }

  /** Prints the sizes, the smallest last, and the accuracies. */
  void tell(Output output, Path target) {
    var bytes = chosen.contents().withMetadata(metadata()).bytes();
    var sizes = new LinkedHashMap<>(FileSizes.of(original));
    sizes.put("esp", bytes);
    var parameters = parameters(original);
    var nonZeros = nonZeros(chosen.model());
    var table = new Table("file", "bytes", "bits per parameter", "bits per non-zero", "of float32");
    sizes.forEach(
        (file, size) ->
            table.row(
                file,
                String.format(Locale.ROOT, "%,d", size),
                String.format(Locale.ROOT, "%.3f", 8.0 * size / parameters),
                String.format(Locale.ROOT, "%.2f", 8.0 * size / nonZeros),
                String.format(Locale.ROOT, "1/%.1f", 4.0 * parameters / size)));
    output.text("wrote " + target + ": " + chosen.coding());
    output.text(table.toString());
    before.ifPresent(it -> output.text(accuracyText(it, after.orElseThrow())));
    output.result(result(target, sizes, bytes, nonZeros));
  }

  private String accuracyText(Evaluation before, Evaluation after) {
    var data = accuracy.orElseThrow().data();
    return String.format(
        Locale.ROOT,
        "accuracy %.2f %% before, %.2f %% after, on %s of %s",
        100 * before.accuracy(),
        100 * after.accuracy(),
        data.part(),
        data.recipe().data().name());
  }

  private Map<String, Object> result(
      Path target, Map<String, Long> sizes, long bytes, long nonZeros) {
    var parameters = parameters(original);
    var result = new LinkedHashMap<String, Object>();
    result.put("file", target.toString());
    result.put("coding", chosen.coding().toString());
    sizes.forEach((file, size) -> result.put(file + "_bytes", size));
    result.put("parameters", parameters);
    result.put("nnz", nonZeros);
    result.put("bits_per_parameter", 8.0 * bytes / parameters);
    result.put("bits_per_nonzero", 8.0 * bytes / nonZeros);
    result.put("relative_squared_error", chosen.distortion());
    accuracy.ifPresent(
        it -> {
          result.put("data", it.data().recipe().data().name());
          result.put("split", it.data().part().toString());
        });
    before.ifPresent(it -> result.put("accuracy_before", it.accuracy()));
    after.ifPresent(it -> result.put("accuracy_after", it.accuracy()));
    return result;
  }

  private static long nonZeros(Model model) {
    var count = 0L;
    for (var parameter : model.parameters()) {
      count += parameter.nonZeros();
    }
    return count;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
