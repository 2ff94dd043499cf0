package org.espalier.app.report;

import java.util.ArrayList;
import java.util.List;
import org.espalier.engine.network.NetworkTable;

/** The network layer by layer. */
final class NetworkSection {
  private static final List<String> HEADER =
      List.of(
          "name",
          "layer",
          "output",
          "parameters",
          "non-zeros",
          "density",
          "FLOPs",
          "dense FLOPs",
          "memory");

  private NetworkSection() {}

  static String html(NetworkTable network) {
    var rows = new ArrayList<List<String>>();
    network.rows().forEach(row -> rows.add(cells(row)));
    rows.add(cells(network.total()));
    return Html.section(
        "Network",
        Html.tableWithSums(HEADER, rows),
        Html.note("FLOPs are those of one inference; memory is that of values" + " and indices."));
  }

  private static List<String> cells(NetworkTable.Row row) {
    return List.of(
        row.name(),
        row.layer(),
        row.output(),
        Quantity.count(row.parameters()),
        row.weights() == 0 ? "" : Quantity.count(row.nonZeros()),
        row.weights() == 0 ? "" : Quantity.percent(row.density()),
        row.weights() == 0 ? "" : Quantity.scaled(row.cost().sparseFlops()),
        row.weights() == 0 ? "" : Quantity.scaled(row.cost().denseFlops()),
        row.bytes() == 0 ? "" : Quantity.bytes(row.bytes()));
  }
}
