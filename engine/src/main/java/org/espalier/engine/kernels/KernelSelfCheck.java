package org.espalier.engine.kernels;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.espalier.engine.kernels.Kernels.Output;
import org.espalier.engine.memory.AlignedMemory;

/**
 * How fast the kernels really are in this process, beside what the processor can do.
 *
 * <p>A vector kernel that the compiler has let down gives the right numbers, a hundred times too
 * late, and nothing but a clock can tell. So a small sparse product is run until it is compiled and
 * compared with the peak: a loop of multiply-adds in registers.
 *
 * @param name of the kernels
 * @param peak multiply-adds in registers, in 10⁹ operations per second
 * @param product sparse product, in 10⁹ useful operations per second
 */
public record KernelSelfCheck(String name, double peak, double product) {
  /** A product below this share of the peak is not what this code was written to be. */
  public static final double SANE = 0.25;

  private static final int ROWS = 64;
  private static final int COLUMNS = 128;
  private static final int WEIGHTS_PER_ROW = 16;
  private static final int VECTORS = 4;
  private static final int ITERATIONS = 5_000; // of the peak's loop: some 20 microseconds
  private static final double COMPILED = 0.25; // 10⁹ operations per lane: no interpreter is as fast
  private static final Duration SETTLED = Duration.ofMillis(100); // without a better one

  /** Makes the results of the peak's loop count, or the compiler would drop it. */
  @SuppressWarnings("unused")
  private static volatile float consumed;

  /** Measures, for at most {@code limit}; a few tenths of a second where all is well. */
  public static KernelSelfCheck run(Kernels kernels, Duration limit) {
    var deadline = System.nanoTime() + limit.toNanos();
    var peak =
        fastest(
            () -> consumed = kernels.multiplyAdd(ITERATIONS),
            (double) kernels.multiplyAddOperations() * ITERATIONS,
            COMPILED * kernels.lanes(),
            System.nanoTime() + limit.toNanos() / 2);
    return new KernelSelfCheck(kernels.name(), peak, product(kernels, SANE * peak, deadline));
  }

  private static double product(Kernels kernels, double enough, long deadline) {
    var vector = (long) kernels.lanes() * Float.BYTES;
    var row = VECTORS * vector;
    var rowStart = new int[ROWS + 1];
    var column = new char[ROWS * WEIGHTS_PER_ROW];
    for (var p = 0; p < column.length; p++) {
      column[p] = (char) ((p * 37 + p / WEIGHTS_PER_ROW) % COLUMNS);
      rowStart[p / WEIGHTS_PER_ROW + 1] = p + 1;
    }
    var panel = Panel.whole(rowStart, Columns.of(column, Long.numberOfTrailingZeros(row)));
    var tile = new Tile(VECTORS, vector, 2 * vector, row, vector, 2 * vector);
    var value = new float[column.length];
    try (var memory = new AlignedMemory()) {
      var x = memory.allocate(COLUMNS * row).address();
      var y = memory.allocate(ROWS * row).address();
      return fastest(
          () -> kernels.spmm(tile, panel, 0, ROWS, value, Kernels.NO_BIAS, Output.ASSIGN, x, y),
          2.0 * column.length * VECTORS * kernels.lanes(),
          enough,
          deadline);
    }
  }

  /**
   * The best of many runs, in 10⁹ operations per second: until it is good {@code enough} and no
   * better one has come for a while, or until the deadline.
   */
  private static double fastest(Runnable run, double operations, double enough, long deadline) {
    var best = 0.0;
    var start = System.nanoTime();
    var settled = start + SETTLED.toNanos();
    while (start < deadline && (best < enough || start < settled)) {
      run.run();
      var end = System.nanoTime();
      var speed = operations / Math.max(1, end - start);
      if (speed > 1.02 * best) {
        best = speed;
        settled = end + SETTLED.toNanos();
      }
      start = end;
    }
    return best;
  }

  /** Share of the peak that the product reaches. */
  public double fraction() {
    return product / peak;
  }

  /** One line for the user when the kernels are slower than they should be. */
  public Optional<String> warning() {
    return fraction() >= SANE ? Optional.empty() : Optional.of("Slow: " + this);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: the sparse kernel reaches %.1f GF/s, %.0f %% of the measured peak of %.1f GF/s",
        name,
        product,
        100 * fraction(),
        peak);
  }
}
