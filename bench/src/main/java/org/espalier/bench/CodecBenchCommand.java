package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.app.cli.Output;
import org.espalier.app.cli.Table;
import org.espalier.app.cli.UsageException;
import org.espalier.formats.coding.Bitmap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Our codecs of masks beside general compressors and a set of integers. */
@Command(
    name = "codecs",
    description = {
      "Encodes and decodes random masks by every codec of ours, and by zstd (levels 3 and 19), gzip"
          + " and Roaring.",
      "Sizes are told beside the entropy, speeds in megabytes of packed mask, 8 positions to a"
          + " byte, on one thread. * is the codec that our files take."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench codecs",
      "  espalier bench codecs --density 0.02,0.05 --positions 1000000 --json"
    })
final class CodecBenchCommand implements Runnable {
  @Mixin private Output output;

  @Option(
      names = "--density",
      split = ",",
      defaultValue = "0.001,0.01,0.05,0.1,0.2,0.5",
      description = "Fractions of positions that are there (default: ${DEFAULT-VALUE}).")
  private List<Double> densities;

  @Option(
      names = "--positions",
      defaultValue = "4194304",
      description = "Positions of a mask (default: ${DEFAULT-VALUE}).")
  private int positions;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the masks (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--seconds",
      defaultValue = "0.4",
      description =
          "Time to measure each codec for, each way, after as long a warm-up (default:"
              + " ${DEFAULT-VALUE}).")
  private double seconds;

  @Override
  public void run() {
    UsageException.requireAtLeast(1, "--positions", positions);
    Inputs.requireTime(seconds);
    for (var density : densities) {
      if (!(density >= 0 && density <= 1)) {
        throw new UsageException("--density " + density + ": expected 0 to 1");
      }
    }
    var machine = Machine.here();
    output.text("%,d positions, seed %d, one thread; %s".formatted(positions, seed, machine));
    var race = new CodecRace(seconds);
    var rows = new ArrayList<CodecRow>();
    for (var density : densities) {
      var mask = mask(density);
      var part = race.run(mask);
      rows.addAll(part);
      print(density, part);
    }
    output.result(
        Map.of("positions", positions, "seed", seed, "rows", rows, "machine", machine.json()));
  }

  private Bitmap mask(double density) {
    var random = new SplittableRandom(seed);
    var words = new long[Bitmap.words(positions)];
    for (var i = 0; i < positions; i++) {
      if (random.nextDouble() < density) {
        words[i >>> 6] |= 1L << i;
      }
    }
    return new Bitmap(positions, words);
  }

  private void print(double density, List<CodecRow> rows) {
    output.text(
        String.format(
            Locale.ROOT,
            "%ndensity %s, entropy %.5f bits per position",
            density,
            rows.getFirst().entropy()));
    var table = new Table("codec", "bits", "overhead", "encode MB/s", "decode MB/s");
    rows.forEach(row -> table.row(row.cells()));
    output.text(table.toString());
    rows.stream()
        .filter(CodecRow::best)
        .findFirst()
        .ifPresent(best -> rows.forEach(row -> tellLoss(best, row)));
  }

  /** Says where somebody else's codec beats the one our files take. */
  private void tellLoss(CodecRow best, CodecRow other) {
    if (other.own()) {
      return;
    }
    if (other.bytes() < best.bytes()) {
      tell("%s is smaller: %.4f of the bytes", other, (double) other.bytes() / best.bytes());
    }
    if (other.decodeMbS() > best.decodeMbS()) {
      tell("%s decodes faster: %.2f×", other, other.decodeMbS() / best.decodeMbS());
    }
    if (other.encodeMbS() > best.encodeMbS()) {
      tell("%s encodes faster: %.2f×", other, other.encodeMbS() / best.encodeMbS());
    }
  }

  private void tell(String format, CodecRow other, double ratio) {
    output.text("  losing: " + String.format(Locale.ROOT, format, other.codec(), ratio));
  }
}
