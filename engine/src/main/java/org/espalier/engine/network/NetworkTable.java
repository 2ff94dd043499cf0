package org.espalier.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;

/**
 * A network layer by layer, with what each layer holds and costs.
 *
 * <p>Nodes that neither have parameters nor change the shape, such as ReLU, are left out.
 *
 * @param total the sums, under the network's name
 */
public record NetworkTable(List<Row> rows, Row total) {

  public NetworkTable {
    rows = List.copyOf(rows);
  }

  /**
   * What is kept of one tensor.
   *
   * @param nonZeros active weights
   * @param bytes of values and indices
   */
  public record Stored(long nonZeros, long bytes) {

    /** All weights, no indices. */
    public static Stored dense(ParameterSpec spec) {
      return new Stored(spec.size(), 4 * spec.size());
    }

    /** Values and compressed rows, column indices of 16 bits where they suffice. */
    public static Stored sparse(ParameterSpec spec, long nonZeros) {
      var index = spec.columns() <= 1 << 16 ? 2 : 4;
      return new Stored(nonZeros, (4 + index) * nonZeros + 4 * (spec.rows() + 1L));
    }
  }

  /**
   * One layer.
   *
   * @param parameters trained values of the dense layer, biases included
   * @param weights prunable ones among them
   * @param nonZeros active weights
   * @param cost per example, in the convention of {@link Cost}
   * @param bytes held: values and indices of all tensors, running statistics included
   */
  public record Row(
      String name,
      String layer,
      String output,
      long parameters,
      long weights,
      long nonZeros,
      Cost cost,
      long bytes) {

    /** Active to all weights; 1 without weights. */
    public double density() {
      return weights == 0 ? 1 : nonZeros / (double) weights;
    }

    private Row plus(Row other) {
      return new Row(
          name,
          layer,
          output,
          parameters + other.parameters,
          weights + other.weights,
          nonZeros + other.nonZeros,
          cost.plus(other.cost),
          bytes + other.bytes);
    }
  }

  /** The table of a network whose tensors are kept as {@code stored} says. */
  public static NetworkTable of(Network network, Function<ParameterSpec, Stored> stored) {
    var shapes = network.shapes();
    var rows = new ArrayList<Row>();
    var total = new Row(network.name(), "", network.output().toString(), 0, 0, 0, Cost.NONE, 0);
    for (var node : network.nodes()) {
      var in = shapes.getOrDefault(node.inputs().getFirst(), network.input());
      var row = row(node, node.parameters(in), stored);
      if (row.bytes() > 0 || !node.output().equals(in)) {
        rows.add(row);
        total = total.plus(row);
      }
    }
    return new NetworkTable(rows, total);
  }

  /**
   * The table of a network with planned densities; tensors that are not named are dense.
   *
   * @throws EspalierException for a name that is no prunable tensor or a density not in [0, 1]
   */
  public static NetworkTable of(Network network, Map<String, Double> densities) {
    var known = network.prunable().stream().map(ParameterSpec::name).toList();
    densities.forEach(
        (name, density) -> {
          if (!known.contains(name)) {
            throw new EspalierException(
                "no prunable tensor " + name + " in " + network.name() + Nearest.hint(name, known));
          }
          if (!(density >= 0 && density <= 1)) {
            throw new EspalierException(name + ": density " + density + ", expected 0 to 1");
          }
        });
    return of(network, spec -> planned(spec, densities.getOrDefault(spec.name(), 1.0)));
  }

  private static Stored planned(ParameterSpec spec, double density) {
    return density == 1
        ? Stored.dense(spec)
        : Stored.sparse(spec, Math.round(density * spec.size()));
  }

  private static Row row(
      Node node, List<ParameterSpec> specs, Function<ParameterSpec, Stored> storedAs) {
    var sum =
        new Row(
            node.name(),
            LayerText.describe(node.layer()),
            node.output().toString(),
            0,
            0,
            0,
            Cost.NONE,
            0);
    for (var spec : specs) {
      var stored = storedAs.apply(spec);
      var weight = spec.prunable();
      var cost = weight ? Cost.of(spec, node.output(), stored.nonZeros()) : Cost.NONE;
      sum =
          sum.plus(
              new Row(
                  "",
                  "",
                  "",
                  spec.trained() ? spec.size() : 0,
                  weight ? spec.size() : 0,
                  weight ? stored.nonZeros() : 0,
                  cost,
                  stored.bytes()));
    }
    return sum;
  }

  /**
   * The table as lines of at most {@code columns} characters: what matters least is left out until
   * it fits, then names are shortened.
   */
  public String render(int columns) {
    return TableText.render(this, columns);
  }

  @Override
  public String toString() {
    return render(120);
  }
}
