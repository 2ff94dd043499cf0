package org.espalier.methods.budget;

import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.methods.settings.Range;
import org.jspecify.annotations.Nullable;

/** What a user fixes for a layer: its density, or its number of active weights. */
public sealed interface LayerShare {
  /** All weights active. */
  LayerShare DENSE = new Density(1);

  /** What it means for one layer. */
  Allocation.Layer of(ParameterSpec spec, Rounding rounding);

  /**
   * Reads {@code dense}, a density such as {@code 0.2}, or a count such as {@code 20000nnz}.
   *
   * @param path place in the recipe, for messages
   */
  static LayerShare read(String path, @Nullable Object value) {
    var text = Objects.toString(value).strip();
    try {
      if (text.equals("dense")) {
        return DENSE;
      }
      if (text.endsWith("nnz")) {
        var count = text.substring(0, text.length() - "nnz".length()).strip().replace("_", "");
        return new NonZeros(Long.parseLong(count));
      }
      return new Density(Double.parseDouble(text));
    } catch (NumberFormatException | EspalierException e) {
      throw new EspalierException(
          path
              + " "
              + text
              + ": expected a density above 0 and up to 1, dense, or a count such as 5000nnz",
          e);
    }
  }

  /** A fixed density in (0, 1]. */
  record Density(double density) implements LayerShare {
    public Density {
      Range.POSITIVE_UNIT.check("density", density);
    }

    @Override
    public Allocation.Layer of(ParameterSpec spec, Rounding rounding) {
      var count =
          rounding == Rounding.FLOOR
              ? spec.size() - (long) Math.floor((1 - density) * spec.size())
              : Math.round(density * spec.size());
      return new Allocation.Layer(spec, density, count);
    }
  }

  /** A fixed number of active weights. */
  record NonZeros(long count) implements LayerShare {
    public NonZeros {
      Range.AT_LEAST_ONE.check("nnz", (double) count);
    }

    @Override
    public Allocation.Layer of(ParameterSpec spec, Rounding rounding) {
      return new Allocation.Layer(spec, count / (double) spec.size(), count);
    }
  }
}
