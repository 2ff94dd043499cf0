package org.espalier.formats.surp;

import org.espalier.engine.EspalierException;

/**
 * When the encoder stops: after the refinement that reaches the target, within a pass if need be.
 */
public sealed interface Stop {

  /**
   * At this share of zeros among all weights, exactly, rounded to a whole number of weights.
   *
   * @param share 0 to 1
   */
  record Sparsity(double share) implements Stop {
    public Sparsity {
      require("sparsity", share, 0, 1);
    }
  }

  /** At so many weights that are not zero, exactly. */
  record NonZeros(long count) implements Stop {
    public NonZeros {
      requireNatural("non-zeros", count);
    }
  }

  /**
   * With as many refinements as fit into so many bytes, header and signs included, and as {@link
   * Surp#decodeBounded} takes.
   */
  record Bytes(long count) implements Stop {
    public Bytes {
      requireNatural("bytes", count);
    }
  }

  /** As {@link Bytes}, with so many bits per weight. */
  record BitsPerWeight(double bits) implements Stop {
    public BitsPerWeight {
      require("bits per weight", bits, 0, 64);
    }
  }

  /**
   * Once the mean error, in units of the mean magnitude, is at most this.
   *
   * @param ratio D/D₀, 0 to 1
   */
  record Distortion(double ratio) implements Stop {
    public Distortion {
      require("distortion", ratio, 0, 1);
    }
  }

  /** After so many refinements. */
  record Refinements(long count) implements Stop {
    public Refinements {
      requireNatural("refinements", count);
    }
  }

  /** When the mean error is that of float32. */
  record Precision() implements Stop {}

  private static void requireNatural(String name, long value) {
    if (value < 0) {
      throw new EspalierException("SuRP, %s %d: expected 0 or more".formatted(name, value));
    }
  }

  private static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new EspalierException(
          "SuRP, %s %s: expected %s to %s".formatted(name, value, least, most));
    }
  }
}
