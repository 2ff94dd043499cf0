package org.espalier.formats.esp;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.engine.EspalierException;

/** How a compressed file keeps the values of prunable weights. */
public sealed interface Coding {

  /** Bit for bit. */
  record Exact() implements Coding {
    @Override
    public String toString() {
      return "exact";
    }
  }

  /**
   * As the nearest float16; weights too large or too small for it stay exact, a tensor at a time.
   */
  record Half() implements Coding {
    @Override
    public String toString() {
      return "half";
    }
  }

  /**
   * As integers with a scale per output; weights that become zero are absent afterwards.
   *
   * @param bits 2 to 8
   */
  record Quantised(int bits) implements Coding {
    public Quantised {
      if (bits < QuantisedRows.LEAST_BITS || bits > QuantisedRows.MOST_BITS) {
        throw new IllegalArgumentException(
            bits
                + " bits, expected "
                + QuantisedRows.LEAST_BITS
                + " to "
                + QuantisedRows.MOST_BITS);
      }
    }

    @Override
    public String toString() {
      return "int" + bits;
    }
  }

  /**
   * As multiples of one step per layer, as large as its weights allow to be told apart; weights
   * that become zero are absent afterwards.
   *
   * @param step in units of the Euclidean norm of the layer's weights, more than 0
   */
  record Stepped(double step) implements Coding {
    public Stepped {
      if (!(step > 0)) {
        throw new IllegalArgumentException("step " + step + ", expected more than 0");
      }
    }

    @Override
    public String toString() {
      return "step";
    }
  }

  /**
   * By successive refinement (SuRP): all weights in one stream, of which any beginning is a
   * network.
   *
   * @param bytes of the stream, at most
   */
  record Refined(long bytes) implements Coding {
    static final String NAME = "surp";

    @Override
    public String toString() {
      return NAME;
    }
  }

  /** Those that need no size, the most faithful first. */
  static List<Coding> ladder() {
    return Stream.<Coding>concat(
            Stream.of(new Exact(), new Half()),
            IntStream.rangeClosed(QuantisedRows.LEAST_BITS, QuantisedRows.MOST_BITS)
                .map(bits -> QuantisedRows.MOST_BITS + QuantisedRows.LEAST_BITS - bits)
                .mapToObj(Quantised::new))
        .toList();
  }

  /**
   * Reads {@code exact}, {@code half} or {@code int2} to {@code int8}.
   *
   * @throws EspalierException if it is none of them
   */
  static Coding parse(String text) {
    return ladder().stream()
        .filter(coding -> coding.toString().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new EspalierException("'" + text + "', expected one of " + ladder()));
  }
}
