package org.espalier.app.compression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.espalier.engine.EspalierException;
import org.espalier.formats.Model;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;

/**
 * Chooses how to write a network: by how large the file may be, or by how much accuracy may be
 * lost.
 *
 * @param kept bytes that every file gets besides, and that a size has to leave
 * @param told hears of every candidate that is looked at
 */
public record CompressionSearch(Model model, long kept, Consumer<Candidate> told) {
  private static final int HALVINGS = 8; // of what is measured; twice as many of what is not

  /** Steps between which the search halves: almost exact, and nothing left of the weights. */
  private static final double SMALLEST_STEP = 1e-6;

  private static final double LARGEST_STEP = 1;

  /** One coding, whatever comes of it. */
  public Candidate with(Coding coding) {
    return candidate(coding);
  }

  /**
   * The least distorted network whose file fits.
   *
   * @throws EspalierException naming the smallest file, if none fits
   */
  public Candidate within(long most) {
    var bytes = most - kept;
    var all = new ArrayList<Candidate>();
    Coding.ladder().forEach(coding -> all.add(candidate(coding)));
    all.add(coarsest(it -> it.bytes() <= bytes));
    refined(bytes).ifPresent(all::add);
    return all.stream()
        .filter(it -> it.bytes() <= bytes)
        .min(Comparator.comparingDouble(Candidate::distortion))
        .orElseThrow(
            () -> tooSmall(most, all.stream().mapToLong(Candidate::bytes).min().orElseThrow()));
  }

  private EspalierException tooSmall(long most, long smallest) {
    return new EspalierException(
        "no coding takes %,d bytes or less: the smallest file has %,d"
            .formatted(most, smallest + kept));
  }

  /**
   * Refined weights up to a size.
   *
   * @throws EspalierException naming the smallest file, if none fits
   */
  public Candidate refinedWithin(long most) {
    var whole = refinedTo(Math.max(0, most - kept));
    if (whole.progressive() && whole.smallest() > most - kept) {
      throw tooSmall(most, smallestRefined(whole.smallest()));
    }
    return refined(most, whole);
  }

  /** The smallest file that holds its own beginning: a larger one has a slightly longer header. */
  private long smallestRefined(long bytes) {
    var smallest = refinedTo(bytes).smallest();
    return smallest <= bytes ? bytes : smallestRefined(smallest);
  }

  private EspContents refinedTo(long bytes) {
    return EspContents.of(model, new Coding.Refined(bytes));
  }

  /**
   * The beginning of refined weights, as a file has them.
   *
   * @throws EspalierException naming the smallest file, if none fits
   */
  public Candidate refined(long most, EspContents whole) {
    var bytes = most - kept;
    if (whole.progressive() && whole.smallest() > bytes) {
      throw tooSmall(most, whole.smallest());
    }
    var coding = new Coding.Refined(bytes);
    return tell(Candidate.of(model, coding, whole.cut(Math.min(bytes, whole.bytes()))));
  }

  /**
   * The smallest file that is accurate enough, of floats, integers of fewer and fewer bits, larger
   * and larger steps, and weights refined less and less.
   *
   * @param accuracy of a model
   * @param least accuracy that will do
   */
  public Candidate accurate(ToDoubleFunction<Model> accuracy, double least) {
    Predicate<Candidate> good = it -> accuracy.applyAsDouble(it.model()) >= least;
    var ladder = Coding.ladder().stream().map(this::candidate).toList();
    var exact = ladder.getFirst();
    // Measuring takes longest, so the smallest comes first.
    var best =
        ladder.stream()
            .filter(it -> it.bytes() < exact.bytes())
            .sorted(Comparator.comparingLong(Candidate::bytes))
            .filter(good)
            .findFirst()
            .orElse(exact);
    return refinedBelow(finestBelow(best, good), good);
  }

  /**
   * The smallest step of which this holds, by halving: it holds of the largest steps, or of none.
   */
  private Candidate coarsest(Predicate<Candidate> small) {
    var low = SMALLEST_STEP;
    var high = LARGEST_STEP;
    var result = stepped(high);
    for (var i = 0; i < 2 * HALVINGS; i++) {
      var middle = Math.sqrt(low * high);
      var next = stepped(middle);
      if (small.test(next)) {
        result = next;
        high = middle;
      } else {
        low = middle;
      }
    }
    return result;
  }

  /**
   * Looks for a smaller file with one step, as large as it may be, by halving: small steps are good
   * or none are. Those whose files are too large anyway are not measured.
   */
  private Candidate finestBelow(Candidate best, Predicate<Candidate> good) {
    var low = SMALLEST_STEP;
    var high = LARGEST_STEP;
    var result = best;
    for (var i = 0; i < HALVINGS; i++) {
      var middle = Math.sqrt(low * high);
      var next = stepped(middle);
      if (next.bytes() >= best.bytes()) {
        low = middle;
      } else if (good.test(next)) {
        result = next;
        low = middle;
      } else {
        high = middle;
      }
    }
    return result;
  }

  /** Looks for refined weights in a smaller file, by halving what is between too bad and best. */
  private Candidate refinedBelow(Candidate best, Predicate<Candidate> good) {
    var whole = refinedTo(best.bytes());
    var result = best;
    var low = 0L;
    var high = best.bytes();
    for (var i = 0; i < HALVINGS; i++) {
      var middle = (low + high) / 2;
      var cut = cut(whole, middle);
      if (cut.isPresent() && good.test(cut.get())) {
        result = cut.get();
        high = middle;
      } else {
        low = middle;
      }
    }
    return result;
  }

  private Candidate stepped(double step) {
    return candidate(new Coding.Stepped(step));
  }

  private Candidate candidate(Coding coding) {
    return tell(Candidate.of(model, coding, EspContents.of(model, coding)));
  }

  /** Weights refined until the file has that many bytes; empty if the rest alone is larger. */
  private Optional<Candidate> refined(long bytes) {
    return cut(refinedTo(Math.max(0, bytes)), bytes);
  }

  private Optional<Candidate> cut(EspContents whole, long bytes) {
    return !whole.progressive() || whole.smallest() > bytes
        ? Optional.empty()
        : Optional.of(tell(Candidate.of(model, new Coding.Refined(bytes), whole.cut(bytes))));
  }

  private Candidate tell(Candidate candidate) {
    told.accept(candidate);
    return candidate;
  }
}
