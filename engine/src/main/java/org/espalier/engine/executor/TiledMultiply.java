package org.espalier.engine.executor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.espalier.engine.kernels.Kernels;

/**
 * The forward product or the input gradient of one sparse layer, in the tiling that is fastest.
 *
 * <p>With {@link Tuning} that is found out while the layer is at its ordinary work: its tilings
 * take turns and are timed ({@link TilingContest}) until one has won, which is kept through changes
 * of topology as long as the density stays about the same. Sums have one order in all of them.
 */
final class TiledMultiply {
  /** Runs of one density take the same tiling: within a factor of 2^(1/2). */
  private static final int STEPS_PER_OCTAVE = 2;

  private final String product;
  private final ProductGeometry geometry;
  private final List<Part> parts;
  private final Pass pass;

  private CompressedRows matrix;
  private double density;
  private String key = "";
  private List<Tiling> tilings = List.of();
  private TilingContest contest = new TilingContest(1);
  private SparseMultiply[][] built = {}; // [tiling][part], empty if not in use

  /**
   * A range of rows and the plane they compute.
   *
   * @param from operand, {@code to} result
   */
  record Part(Plane plane, Side from, Side to, int firstRow, int lastRow) {}

  TiledMultiply(
      String product,
      ProductGeometry geometry,
      List<Part> parts,
      CompressedRows matrix,
      double density,
      Pass pass) {
    this.product = product;
    this.geometry = geometry;
    this.parts = parts;
    this.pass = pass;
    this.matrix = matrix;
    adopt(matrix, density);
  }

  /** Follows a change of topology. */
  void adopt(CompressedRows matrix, double density) {
    this.matrix = matrix;
    this.density = density;
    var usual = matrix.tiling(SparseMultiply.vectors(geometry, pass.kernels(), matrix.together()));
    if (!pass.tuning().wanted()) {
      tilings = List.of(usual);
    } else if (!key.equals(key())) {
      key = key();
      compete(usual);
    }
    built = new SparseMultiply[tilings.size()][0];
    build(contest.turn());
  }

  /** Looks the product up; if nobody has measured it, its tilings compete from now on. */
  private void compete(Tiling usual) {
    close();
    var first = parts.getFirst();
    tilings =
        matrix.tilings(
            usual,
            first.plane(),
            first.to().tensor().groups(),
            pass.kernels().productVectors(matrix.together()));
    contest = new TilingContest(tilings.size());
    if (contest.settled()) {
      return;
    }
    var found = pass.tuning().find(key);
    var winner = found.map(entry -> index(entry.tiling())).orElse(-1);
    if (winner >= 0) {
      contest = TilingContest.won(winner);
      tell(found.orElseThrow(), true);
    }
  }

  private int index(String tiling) {
    return tilings.stream().map(Tiling::toString).toList().indexOf(tiling);
  }

  /** All that the speed of this product depends on, but for the machine. */
  private String key() {
    var weight = geometry.weight();
    return String.format(
        Locale.ROOT,
        "%s %s, %dx%d stride %d padding %d, %s to %s in %d groups, density 2^%.1f, rows by %d,"
            + " %d samples, %d threads",
        pass.kernels().name(),
        product,
        geometry.kernel(),
        geometry.kernel(),
        geometry.stride(),
        geometry.padding(),
        geometry.x().shape(),
        geometry.y().shape(),
        weight.groups(),
        Math.rint(STEPS_PER_OCTAVE * Math.log(density) / Math.log(2)) / STEPS_PER_OCTAVE,
        matrix.together(),
        geometry.y().groups() * geometry.y().lanes(),
        pass.threads());
  }

  private void build(int tiling) {
    var rows = matrix.tiled(tilings.get(tiling));
    built[tiling] =
        parts.stream()
            .map(
                part ->
                    new SparseMultiply(
                        part.plane(),
                        part.from(),
                        part.to(),
                        rows,
                        part.firstRow(),
                        part.lastRow(),
                        pass))
            .toArray(SparseMultiply[]::new);
  }

  /** Rows the kernel takes together. */
  int together() {
    return matrix.together();
  }

  void multiply(float[] values, float[] bias, Kernels.Output output) {
    var turn = contest.turn();
    if (built[turn].length == 0) {
      build(turn);
    }
    if (contest.settled() || !full()) {
      multiply(turn, values, bias, output);
      return;
    }
    if (!contest.open()) {
      pass.tuning().begins();
    }
    var start = pass.tuning().now();
    multiply(turn, values, bias, output);
    contest.ran(start, pass.tuning().now());
    if (contest.settled()) {
      settle();
    }
  }

  /** Whether the batch is as large as they get: the time of another says little about it. */
  private boolean full() {
    var y = geometry.y();
    return y.groups(pass.size()) == y.groups();
  }

  /** Gives up a contest that is under way. */
  void close() {
    if (contest.open()) {
      pass.tuning().ends();
    }
  }

  private void multiply(int tiling, float[] values, float[] bias, Kernels.Output output) {
    for (var part : built[tiling]) {
      if (output != Kernels.Output.ACCUMULATE || !part.empty()) {
        part.multiply(values, bias, output);
      }
    }
  }

  private void settle() {
    pass.tuning().ends();
    if (contest.measured()) {
      var millis = new LinkedHashMap<String, Double>();
      for (var i = 0; i < tilings.size(); i++) {
        millis.put(tilings.get(i).toString(), 1e-6 * contest.best(i));
      }
      var found = new TilingCache.Entry(tilings.get(contest.turn()).toString(), millis);
      var standing = pass.tuning().keep(key, found);
      contest = TilingContest.won(Math.max(0, index(standing.tiling())));
      tell(standing, false);
    }
    built = new SparseMultiply[tilings.size()][0];
    build(contest.turn());
  }

  private void tell(TilingCache.Entry entry, boolean cached) {
    var weight = geometry.weight().name();
    var layer = weight.endsWith(".weight") ? weight.substring(0, weight.length() - 7) : weight;
    pass.tuning()
        .tell(
            key, new TilingChoice(layer, product, density, entry.millis(), entry.tiling(), cached));
  }
}
