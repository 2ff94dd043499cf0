package org.espalier.app.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.espalier.app.inspect.Inspection;
import org.espalier.app.inspect.TensorInspection;
import org.espalier.formats.StoredTensor;

/** What a model file holds, as a page. */
public final class InspectionReport {
  private static final List<String> STORED =
      List.of(
          "tensor",
          "stored as",
          "values",
          "non-zeros",
          "density",
          "bytes",
          "bits per value",
          "bits per non-zero",
          "bytes of the mask",
          "entropy of the mask",
          "entropy of mask and values");

  private InspectionReport() {}

  /** Writes the page aside and renames it to {@code target}. */
  public static void write(Path target, Inspection inspection) {
    page(inspection).write(target);
  }

  static Page page(Inspection inspection) {
    var subtitle =
        String.format(
            Locale.ROOT,
            "%s · %,d bytes · %.3f bits per parameter",
            inspection.format(),
            inspection.bytes(),
            inspection.bitsPerParameter());
    return new Page(
        inspection.file().toString(),
        subtitle,
        inspection.table().map(NetworkSection::html).orElse("")
            + sizes(inspection)
            + spread(inspection.weights())
            + metadata(inspection));
  }

  private static String sizes(Inspection inspection) {
    var rows = inspection.tensors().stream().map(InspectionReport::cells).toList();
    return Html.section(
        "Tensors in the file",
        Html.grid(List.of(chart(inspection.weights()).html())),
        Html.table(STORED, rows),
        Html.note(
            "Entropies are empirical, in bytes. Values count by their frequencies where they are"
                + " quantised, else 32 bits each; headers and other metadata are in the size of"
                + " the file alone."));
  }

  private static BarChart chart(List<TensorInspection> weights) {
    var rows =
        weights.stream()
            .filter(tensor -> tensor.stored().isPresent())
            .map(
                tensor -> {
                  var bytes = (double) tensor.stored().orElseThrow().bytes();
                  return new BarChart.Row(
                      tensor.name(), List.of(bytes, tensor.entropyBytes()), Quantity.bytes(bytes));
                })
            .toList();
    var most = rows.stream().flatMap(row -> row.values().stream()).mapToDouble(it -> it).max();
    return new BarChart(
        "Bytes of the weights",
        List.of("in the file", "entropy"),
        rows,
        false,
        Unit.bytes(most.orElse(1)),
        Quantity.unitOf(most.orElse(1)));
  }

  private static List<String> cells(TensorInspection tensor) {
    return List.of(
        tensor.name(),
        tensor.stored().map(StoredTensor::encoding).orElse(Quantity.NONE),
        Quantity.count(tensor.size()),
        Quantity.count(tensor.nonZeros()),
        Quantity.percent(tensor.density()),
        tensor.stored().map(it -> Quantity.count(it.bytes())).orElse(Quantity.NONE),
        bits(tensor.bitsPerParameter()),
        bits(tensor.bitsPerNonZero()),
        tensor.stored().map(it -> Quantity.count(it.maskBytes())).orElse(Quantity.NONE),
        Quantity.count(tensor.maskEntropyBytes()),
        Quantity.count(tensor.entropyBytes()));
  }

  private static String bits(OptionalDouble bits) {
    return bits.isPresent()
        ? String.format(Locale.ROOT, "%.3f", bits.getAsDouble())
        : Quantity.NONE;
  }

  private static String spread(List<TensorInspection> weights) {
    var charts =
        weights.stream()
            .filter(tensor -> !tensor.histogram().counts().isEmpty())
            .map(tensor -> new HistogramChart(tensor.name(), tensor.histogram()).html())
            .toList();
    return Html.section("Weights that are not zero", Html.grid(charts));
  }

  private static String metadata(Inspection inspection) {
    var rows = new ArrayList<List<String>>();
    inspection.metadata().forEach((key, value) -> rows.add(List.of(key, value)));
    return Html.section("Metadata", Html.wordTable(rows));
  }
}
