package org.espalier.engine.executor;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.espalier.engine.kernels.KernelVersion;

/**
 * How the engine learns which tilings are fastest on this machine: by the times of the first steps,
 * and from what earlier processes found.
 *
 * <p>Tilings change no bit of any result. Executors of one process may share a tuning.
 */
public final class Tuning {
  /** Tilings by a fixed rule, without a look at the clock. */
  public static final Tuning NONE =
      new Tuning(false, TilingCache.EMPTY, choice -> {}, System::nanoTime);

  private final boolean wanted;
  private final TilingCache cache;
  private final Consumer<TilingChoice> listener;
  private final LongSupplier clock;
  private final Set<String> told = new HashSet<>();
  private int competing;

  private Tuning(
      boolean wanted, TilingCache cache, Consumer<TilingChoice> listener, LongSupplier clock) {
    this.wanted = wanted;
    this.cache = cache;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Measures, and keeps what was found in {@code folder}. A file there that cannot be read or
   * written costs measuring again and one line of warning.
   *
   * @param processor its name: what one measures is of no use to another
   * @param listener hears of each layer's choice, from any thread
   * @param warning hears of files, at most once
   */
  public static Tuning of(
      Path folder, String processor, Consumer<TilingChoice> listener, Consumer<String> warning) {
    var machine = List.of(processor, "JDK " + Runtime.version(), "kernels " + KernelVersion.text());
    return of(TilingCache.in(folder, machine, warning), listener, System::nanoTime);
  }

  static Tuning of(TilingCache cache, Consumer<TilingChoice> listener, LongSupplier clock) {
    return new Tuning(true, cache, listener, clock);
  }

  /** Whether no tilings compete at the moment. */
  public synchronized boolean settled() {
    return competing == 0;
  }

  /** A contest has its first run. */
  synchronized void begins() {
    competing++;
  }

  /** A contest that had begun is won or given up. */
  synchronized void ends() {
    competing--;
  }

  boolean wanted() {
    return wanted;
  }

  long now() {
    return clock.getAsLong();
  }

  /** What was found for a product before. */
  synchronized Optional<TilingCache.Entry> find(String key) {
    return cache.find(key);
  }

  /** Keeps what was found for a product; the one that stands, if another thread was faster. */
  synchronized TilingCache.Entry keep(String key, TilingCache.Entry found) {
    return cache.keep(key, found);
  }

  /** Tells the user, once for executors that share a network. */
  synchronized void tell(String key, TilingChoice choice) {
    if (told.add(choice.layer() + key)) {
      listener.accept(choice);
    }
  }

  /** Writes down what is new. */
  synchronized void save() {
    cache.save();
  }
}
