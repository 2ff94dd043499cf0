package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parameter.Block;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The sparse kernels beside our dense ones and the processor's peak, on one thread. */
@Command(
    name = "kernels",
    description = {
      "Times the three products of one linear layer on one thread, sparse and dense in turn.",
      "GF/s count useful operations only: two per non-zero and sample."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench kernels",
      "  espalier bench kernels --density 0.1,0.05 --block 1x1,2x1,2x2",
      "  espalier bench kernels --rows 512 --columns 2048 --density 0.1,0.02 --json"
    })
final class KernelBenchCommand implements Runnable {
  private static final double TOLERANCE = 1e-5;
  private static final int LARGEST_EXTENT = 1 << 16;
  private static final long LARGEST_MATRIX = 1L << 28;

  @Mixin private Output output;

  @Option(
      names = "--rows",
      defaultValue = "1024",
      description = "Outputs of the layer (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--columns",
      defaultValue = "1024",
      description = "Inputs of the layer, at most 65536 (default: ${DEFAULT-VALUE}).")
  private int columns;

  @Option(
      names = "--batch",
      defaultValue = "128",
      description = "Samples (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--density",
      split = ",",
      defaultValue = "0.02,0.05,0.1,0.2,0.5,0.8",
      description = "Fractions of active weights (default: ${DEFAULT-VALUE}).")
  private List<Double> densities;

  @Option(
      names = "--block",
      split = ",",
      defaultValue = "1x1",
      description =
          "Blocks of weights, outputs by inputs of 1, 2 or 4 each, one or more (default:"
              + " ${DEFAULT-VALUE}).")
  private List<String> blocks;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "Time for each product and density (default: ${DEFAULT-VALUE}).")
  private double seconds;

  /**
   * One product at one density and shape of blocks.
   *
   * @param gflops useful operations per second, from the fastest of many runs
   * @param peakFraction of {@code peakGflops}, measured in the same process
   * @param ratio time of the dense kernel over the sparse one: below 1 the dense one wins
   */
  record Row(
      String product,
      double density,
      String block,
      int nnz,
      double gflops,
      double peakFraction,
      double denseGflops,
      double sparseMs,
      double denseMs,
      double ratio,
      double ratioLow,
      double ratioHigh,
      double error) {}

  record Result(
      int rows, int columns, int batch, String vectors, double peakGflops, List<Row> products) {}

  @Override
  public void run() {
    UsageException.requireWithin(1, LARGEST_EXTENT, "--rows", rows);
    UsageException.requireWithin(1, LARGEST_EXTENT, "--columns", columns);
    if ((long) rows * columns > LARGEST_MATRIX) {
      throw new UsageException(
          "--rows " + rows + " --columns " + columns + ": expected at most 2^28 weights");
    }
    UsageException.requireAtLeast(1, "--batch", batch);
    Inputs.requireTime(seconds);
    densities.forEach(KernelBenchCommand::requireDensity);
    var shapes = UsageException.checking(() -> blocks.stream().map(Block::parse).toList());
    shapes.forEach(this::requireWhole);
    var kernels = KernelChoice.chosen().kernels();
    var peak = Peak.gflops(kernels);
    var found = new ArrayList<Row>();
    for (var density : densities) {
      for (var block : shapes) {
        found.addAll(measure(kernels, density, block, peak));
      }
    }
    var result = new Result(rows, columns, batch, kernels.name(), peak, found);
    print(result);
    output.result(result);
  }

  private static void requireDensity(double density) {
    if (!(density > 0 && density <= 1)) {
      throw new UsageException("--density " + density + ": expected 0 < density ≤ 1");
    }
  }

  private void requireWhole(Block block) {
    if (rows % block.rows() != 0 || columns % block.columns() != 0) {
      throw new UsageException(
          "--block " + block + ": expected to divide " + rows + "×" + columns + " weights");
    }
  }

  private List<Row> measure(Kernels kernels, double density, Block block, double peak) {
    var matrix = SparseMatrix.random(rows, columns, density, block, 7);
    try (var race = new KernelRace(kernels, matrix, batch)) {
      var error = race.error();
      if (error > TOLERANCE) {
        throw new EspalierException(
            String.format(
                Locale.ROOT,
                "the kernels are wrong: relative error %.2g at density %s, expected at most %s",
                error,
                density,
                TOLERANCE));
      }
      return List.of(
          row(
              "forward",
              race,
              race::denseForward,
              race::sparseForward,
              density,
              block,
              matrix,
              error,
              peak),
          row(
              "input gradient",
              race,
              race::denseInputGradient,
              race::sparseInputGradient,
              density,
              block,
              matrix,
              error,
              peak),
          row(
              "weight gradient",
              race,
              race::denseWeightGradient,
              race::sparseWeightGradient,
              density,
              block,
              matrix,
              error,
              peak));
    }
  }

  private Row row(
      String product,
      KernelRace race,
      Runnable dense,
      Runnable sparse,
      double density,
      Block block,
      SparseMatrix matrix,
      double error,
      double peak) {
    var timing = PairedTiming.compare(dense, sparse, 300, seconds);
    var gflops = race.operations() / timing.secondMinMs() / 1e6;
    return new Row(
        product,
        density,
        block.toString(),
        matrix.nonZeros(),
        gflops,
        gflops / peak,
        race.denseOperations() / timing.firstMinMs() / 1e6,
        timing.secondMs(),
        timing.firstMs(),
        timing.ratio(),
        timing.ratioLow(),
        timing.ratioHigh(),
        error);
  }

  private void print(Result result) {
    output.text(
        String.format(
            Locale.ROOT,
            "%d×%d, batch %d, one thread, %s, peak %.0f GF/s",
            result.rows(),
            result.columns(),
            result.batch(),
            result.vectors(),
            result.peakGflops()));
    var table =
        new Table(
            "product",
            "density",
            "block",
            "GF/s",
            "of peak",
            "sparse ms",
            "dense ms",
            "dense GF/s",
            "speed-up",
            "95 % interval");
    for (var row : result.products()) {
      table.row(
          row.product(),
          String.format(Locale.ROOT, "%.3g", row.density()),
          row.block(),
          String.format(Locale.ROOT, "%.1f", row.gflops()),
          String.format(Locale.ROOT, "%.0f %%", 100 * row.peakFraction()),
          String.format(Locale.ROOT, "%.3f", row.sparseMs()),
          String.format(Locale.ROOT, "%.3f", row.denseMs()),
          String.format(Locale.ROOT, "%.1f", row.denseGflops()),
          String.format(Locale.ROOT, "%.2f×", row.ratio()),
          String.format(Locale.ROOT, "%.2f to %.2f", row.ratioLow(), row.ratioHigh()));
    }
    output.text(table.toString());
  }
}
