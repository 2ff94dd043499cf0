package org.espalier.app.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.espalier.app.report.Quantity;

/**
 * Tells how training goes: a bar that redraws itself on a terminal, one line per epoch in any case.
 *
 * <p>The bar shows the place, samples per second, loss and accuracy of the epoch so far, and the
 * time left.
 */
public final class Progress {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final String ERASE_LINE = "\r\033[2K";

  private final PrintWriter terminal;
  private final Consumer<String> lines;
  private final boolean drawing;
  private long started = System.nanoTime();
  private long first;
  private long drawn;

  private Progress(PrintWriter terminal, Consumer<String> lines, boolean drawing) {
    this.terminal = terminal;
    this.lines = lines;
    this.drawing = drawing;
  }

  /** Draws on {@code terminal} if somebody is {@code watching}; lines go to {@code lines}. */
  public static Progress on(PrintWriter terminal, boolean watching, Consumer<String> lines) {
    return new Progress(terminal, lines, watching);
  }

  /** Training starts, or goes on, at {@code step}. */
  void start(long step) {
    started = System.nanoTime();
    first = step;
  }

  /**
   * One more batch was used at {@code step} of {@code steps}; loss and accuracy are those of the
   * epoch so far.
   */
  void step(long step, long steps, int batch, double loss, double accuracy) {
    if (drawing && System.nanoTime() - drawn > REDRAW_NANOS) {
      drawn = System.nanoTime();
      terminal.print(ERASE_LINE + bar(step, steps, batch, loss, accuracy));
      terminal.flush();
    }
  }

  /** A line that stays. */
  public void line(String text) {
    erase();
    lines.accept(text);
  }

  /** Takes the bar away. */
  void erase() {
    if (drawing) {
      terminal.print(ERASE_LINE);
      terminal.flush();
    }
  }

  private String bar(long step, long steps, int batch, double loss, double accuracy) {
    var seconds = (System.nanoTime() - started) / 1e9;
    var rate = (step - first) / seconds;
    var full = (int) (WIDTH * step / steps);
    return String.format(
        Locale.ROOT,
        "%s%s %3d %%  %,.0f samples/s  loss %s  accuracy %.2f %%  %s left",
        "█".repeat(full),
        "░".repeat(WIDTH - full),
        100 * step / steps,
        rate * batch,
        Quantity.loss(loss),
        100 * accuracy,
        time((steps - step) / rate));
  }

  /** A duration for people, such as {@code 3:07} or {@code 1:02:03}. */
  public static String time(double seconds) {
    if (!(seconds < Integer.MAX_VALUE)) {
      return "–";
    }
    var time = Duration.ofSeconds(Math.round(seconds));
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
