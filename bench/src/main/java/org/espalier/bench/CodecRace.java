package org.espalier.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.formats.coding.Bitmap;
import org.espalier.formats.coding.MaskCodecs;

/** Encodes and decodes masks by all coders, against the clock. */
final class CodecRace {
  private static final int MOST_RUNS = 100_000;

  private final double seconds;
  private final List<MaskCoder> coders = MaskCoder.all();

  /**
   * A race.
   *
   * @param seconds to measure a coder for, each way
   */
  CodecRace(double seconds) {
    this.seconds = seconds;
  }

  /** A row for every coder. */
  List<CodecRow> run(Bitmap mask) {
    var best = MaskCodecs.best(mask).codec().name();
    var rows = new ArrayList<CodecRow>();
    for (var coder : coders) {
      rows.add(row(coder, mask, coder.name().equals(best)));
    }
    return rows;
  }

  private CodecRow row(MaskCoder coder, Bitmap mask, boolean best) {
    var positions = mask.positions();
    var bytes = coder.encode(mask);
    if (!coder.decode(bytes, positions).equals(mask)) {
      throw new IllegalStateException(coder.name() + " gave another mask back");
    }
    var megabytes = positions / 8.0 / 1e6;
    var entropy = entropy(mask);
    var bits = 8.0 * bytes.length / positions;
    return new CodecRow(
        coder.name(),
        (double) mask.count() / positions,
        best,
        bytes.length,
        bits,
        entropy,
        entropy == 0 ? 0 : bits / entropy - 1,
        megabytes / time(() -> coder.encode(mask)),
        megabytes / time(() -> coder.decode(bytes, positions)),
        coder.own());
  }

  /** Seconds of the median run. */
  private double time(Runnable work) {
    runs(work);
    var times = runs(work);
    return times[times.length / 2];
  }

  private double[] runs(Runnable work) {
    var times = new double[MOST_RUNS];
    var count = 0;
    for (var spent = 0.0; count < MOST_RUNS && (count < 3 || spent < seconds); count++) {
      var start = System.nanoTime();
      work.run();
      times[count] = (System.nanoTime() - start) / 1e9;
      spent += times[count];
    }
    var sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Bits per position, were they independent. */
  private static double entropy(Bitmap mask) {
    var share = (double) mask.count() / mask.positions();
    return term(share) + term(1 - share);
  }

  private static double term(double share) {
    return share == 0 ? 0 : -share * Math.log(share) / Math.log(2);
  }
}
