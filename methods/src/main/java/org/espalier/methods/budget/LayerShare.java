package org.espalier.methods.budget;

import java.util.Objects;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.methods.settings.Range;
import org.jspecify.annotations.Nullable;

/** What a user fixes for a layer: its density, or its number of active weights. */
public sealed interface LayerShare {
  /** All weights active. */
  LayerShare DENSE = new Density(1);

  /** What it means for one layer. */
  Allocation.Layer of(ParameterSpec spec, Block block, Rounding rounding);

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
    public Allocation.Layer of(ParameterSpec spec, Block block, Rounding rounding) {
      var blocks = spec.size() / block.size();
      var count =
          rounding == Rounding.FLOOR
              ? blocks - (long) Math.floor((1 - density) * blocks)
              : Math.round(density * blocks);
      return new Allocation.Layer(spec, density, count * block.size(), block);
    }
  }

  /** A fixed number of active weights, rounded to whole blocks. */
  record NonZeros(long count) implements LayerShare {
    public NonZeros {
      Range.AT_LEAST_ONE.check("nnz", (double) count);
    }

    @Override
    public Allocation.Layer of(ParameterSpec spec, Block block, Rounding rounding) {
      var whole = Math.round(count / (double) block.size()) * block.size();
      return new Allocation.Layer(spec, count / (double) spec.size(), whole, block);
    }
  }
}
