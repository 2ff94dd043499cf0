package org.espalier.engine.kernels;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.espalier.engine.EspalierException;

/**
 * The kernels of this process, chosen once.
 *
 * <p>The widest vectors the processor prefers, or what the system property {@value #PROPERTY} asks
 * for: {@code 512}, {@code 256}, {@code 128} or {@code scalar}.
 *
 * @param kernels the kernels to use
 * @param warning one line for the user when they are slower than they could be
 */
public record KernelChoice(Kernels kernels, Optional<String> warning) {
  /** The system property that forces a width. */
  public static final String PROPERTY = "espalier.vectors";

  private static final String MODULE = "jdk.incubator.vector";
  private static final String SCALAR = "scalar";
  private static final int SCALAR_LANES = 16;

  private static final class Holder {
    static final KernelChoice CHOSEN = choose(wanted());
  }

  /** The choice of this process. */
  public static KernelChoice chosen() {
    return Holder.CHOSEN;
  }

  /** The choice for a value of the property; empty means the best there is. */
  public static KernelChoice choose(String wanted) {
    if (wanted.equals(SCALAR)) {
      return new KernelChoice(new ScalarKernels(SCALAR_LANES), Optional.empty());
    }
    var available = available();
    if (available.isEmpty()) {
      if (!wanted.isEmpty()) {
        throw unknown(wanted, available);
      }
      // Where there is a Vector API its results hold, also those of single samples.
      var scalar = new ScalarKernels(SCALAR_LANES, vectorModule());
      return new KernelChoice(scalar, Optional.of(slow()));
    }
    if (wanted.isEmpty()) {
      return new KernelChoice(available.getFirst(), Optional.empty());
    }
    return available.stream()
        .filter(kernels -> wanted.equals("" + kernels.lanes() * Float.SIZE))
        .findFirst()
        .map(kernels -> new KernelChoice(kernels, Optional.empty()))
        .orElseThrow(() -> unknown(wanted, available));
  }

  /** Vector kernels of every width this processor and this Java offer, widest first. */
  public static List<Kernels> available() {
    // Nothing that mentions a vector may be loaded without the module.
    if (!vectorModule()) {
      return List.of();
    }
    CompilerDirectives.keepKernelsApart();
    return VectorWidths.kernels();
  }

  /**
   * The kernels for one sample at a time: loops over plain numbers, whose forward passes have the
   * bits of {@link #chosen}. Nothing of the Vector API is loaded for them.
   */
  public static Kernels single() {
    return new ScalarKernels(1, vectorModule() && !wanted().equals(SCALAR));
  }

  /**
   * Kernels of the narrowest vectors that still hold all of {@code samples}, at most as wide as
   * {@code widest}: lanes without a sample cost time and memory like the others. One sample needs
   * no vector.
   */
  public static Kernels narrowed(Kernels widest, int samples) {
    if (widest instanceof ScalarKernels scalar) {
      return samples == 1 ? scalar.single() : widest;
    }
    var vectors = available();
    if (vectors.stream().noneMatch(kernels -> kernels.getClass() == widest.getClass())) {
      return widest; // checked ones
    }
    if (samples == 1) {
      return new ScalarKernels(1, true);
    }
    return vectors.stream()
        .filter(kernels -> kernels.lanes() >= samples && kernels.lanes() <= widest.lanes())
        .min(Comparator.comparingInt(Kernels::lanes))
        .orElse(widest);
  }

  private static String wanted() {
    return System.getProperty(PROPERTY, "");
  }

  private static boolean vectorModule() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static String slow() {
    return vectorModule()
        ? "Slow: this processor has vectors of less than 128 bits; running without vectors."
        : "Slow: running without vectors; start Java with --add-modules " + MODULE + ".";
  }

  private static EspalierException unknown(String wanted, List<Kernels> available) {
    var widths = available.stream().map(kernels -> kernels.lanes() * Float.SIZE + ", ").toList();
    return new EspalierException(
        PROPERTY + "=" + wanted + ": expected " + String.join("", widths) + "or scalar");
  }
}
