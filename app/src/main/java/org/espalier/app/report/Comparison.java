package org.espalier.app.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs of several methods and sparsities, some repeated with other seeds.
 *
 * @param runs in the order in which methods are to be listed
 */
public record Comparison(List<Measured> runs) {

  /**
   * One run.
   *
   * @param sparsity asked for; 0 for a dense network, whatever the method
   * @param stepMillis time of one step
   * @param parameterBytes of values, gradients, optimizer state and indices
   * @param run its folder
   */
  public record Measured(
      String method,
      double sparsity,
      long seed,
      double testAccuracy,
      double stepMillis,
      double parameterBytes,
      String run) {}

  /** All seeds of one method at one sparsity. */
  public record Cell(String method, double sparsity, List<Measured> runs) {
    public Cell {
      runs = List.copyOf(runs);
    }

    public Spread testAccuracy() {
      return Spread.of(runs.stream().map(Measured::testAccuracy).toList());
    }

    /** Mean over the seeds. */
    public double stepMillis() {
      return runs.stream().mapToDouble(Measured::stepMillis).average().orElseThrow();
    }

    /** Mean over the seeds. */
    public double parameterBytes() {
      return runs.stream().mapToDouble(Measured::parameterBytes).average().orElseThrow();
    }
  }

  public Comparison {
    runs = List.copyOf(runs);
  }

  /** Methods in the order of their first run, each with its sparsities ascending. */
  public List<Cell> cells() {
    return methods().values().stream().flatMap(List::stream).toList();
  }

  /** The cells of each method, sparsities ascending. */
  Map<String, List<Cell>> methods() {
    var methods =
        runs.stream()
            .collect(
                Collectors.groupingBy(Measured::method, LinkedHashMap::new, Collectors.toList()));
    var cells = new LinkedHashMap<String, List<Cell>>();
    methods.forEach((method, its) -> cells.put(method, cells(method, its)));
    return cells;
  }

  private static List<Cell> cells(String method, List<Measured> runs) {
    return runs.stream().collect(Collectors.groupingBy(Measured::sparsity)).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> new Cell(method, entry.getKey(), entry.getValue()))
        .toList();
  }

  /** All sparsities but those of dense networks, ascending. */
  List<Double> sparsities() {
    return List.copyOf(
        runs.stream()
            .map(Measured::sparsity)
            .filter(sparsity -> sparsity > 0)
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
