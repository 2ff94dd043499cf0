package org.espalier.methods.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.espalier.engine.EspalierException;
import org.espalier.methods.settings.Range;

/** How many weights may be active over all layers that share a budget. */
public sealed interface Target {

  /** The density asked for of layers with {@code size} weights together. */
  double density(long size);

  /** The whole number of active weights among {@code size}. */
  long nonZeros(long size);

  /** The fraction of weights that are absent, in [0, 1). */
  record Sparsity(double sparsity) implements Target {
    public Sparsity {
      Range.BELOW_ONE.check("sparsity", sparsity);
    }

    @Override
    public double density(long size) {
      return BigDecimal.ONE.subtract(BigDecimal.valueOf(sparsity)).doubleValue();
    }

    /** Computed in decimal: 1 − 0.9 is a tenth, as written, and ties round as people expect. */
    @Override
    public long nonZeros(long size) {
      return BigDecimal.ONE
          .subtract(BigDecimal.valueOf(sparsity))
          .multiply(BigDecimal.valueOf(size))
          .setScale(0, RoundingMode.HALF_UP)
          .longValueExact();
    }

    @Override
    public String toString() {
      return "sparsity " + sparsity;
    }
  }

  /** A fixed number of active weights, for networks whose width grows at constant cost. */
  record NonZeros(long count) implements Target {
    public NonZeros {
      Range.AT_LEAST_ONE.check("nnz", (double) count);
    }

    @Override
    public double density(long size) {
      return nonZeros(size) / (double) size;
    }

    @Override
    public long nonZeros(long size) {
      if (count > size) {
        throw new EspalierException(
            "nnz "
                + count
                + ": expected at most the "
                + size
                + " weights of the layers that share it");
      }
      return count;
    }

    @Override
    public String toString() {
      return "nnz " + count;
    }
  }
}
