package org.espalier.formats.surp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.formats.coding.AdaptiveBit;
import org.espalier.formats.coding.RangeEncoder;
import org.espalier.formats.surp.RefinedTensor.Past;

/** Writes one stream, pass by pass, until the target is reached. */
final class Encoder {

  /** A tensor with what only the encoder knows of it. */
  private record Source(
      float[] weights, Residuals residuals, RefinedTensor refined, PastGaps gaps) {}

  private final Target target;
  private final Settings settings;
  private final float[] scales;
  private final List<Source> sources = new ArrayList<>();
  private final double meanMagnitude;
  private final float multiple;
  private final Thresholds thresholds;
  private final RangeEncoder coder = new RangeEncoder();
  private final AdaptiveBit shrink = new AdaptiveBit();
  private final EncodingCost cost;
  private final Effort effort;
  private final long weights;
  private long coded;
  private long touched;
  private long refinements;
  private int passRefinements;
  private int size; // of the body up to the latest refinement
  private boolean reached;

  Encoder(List<float[]> tensors, Settings settings, Stop stop) {
    this.settings = settings;
    weights = tensors.stream().mapToLong(it -> it.length).sum();
    scales = new float[tensors.size()];
    var nonZeros = 0L;
    for (var i = 0; i < scales.length; i++) {
      var tensor = tensors.get(i);
      nonZeros += nonZeros(tensor, i);
      scales[i] = settings.normalisation().scale(tensor);
      coded += scales[i] > 0 ? tensor.length : 0;
    }
    // Zeros lower the mean, but thresholds must begin above the other weights all the same.
    multiple =
        (float) (settings.firstMultiple(nonZeros) * Math.max(1, coded) / Math.max(1, nonZeros));
    for (var i = 0; i < scales.length; i++) {
      if (scales[i] > 0) {
        var tensor = tensors.get(i);
        sources.add(
            new Source(
                tensor,
                new Residuals(tensor, scales[i]),
                new RefinedTensor(tensor.length, scales[i]),
                new PastGaps(multiple)));
      }
    }
    meanMagnitude =
        sources.stream().mapToDouble(it -> it.residuals().sum()).sum() / Math.max(1, coded);
    thresholds = new Thresholds(coded, meanMagnitude, multiple, (float) settings.shrink());
    target = Target.of(stop, weights, meanMagnitude);
    cost = new EncodingCost(coded);
    effort = new Effort(coded, sources.size());
  }

  private static int nonZeros(float[] tensor, int number) {
    var count = 0;
    for (var i = 0; i < tensor.length; i++) {
      if (!Float.isFinite(tensor[i])) {
        throw new EspalierException(
            "SuRP, tensor %d, weight %d is %s: expected finite numbers"
                .formatted(number, i, tensor[i]));
      }
      count += tensor[i] == 0 ? 0 : 1;
    }
    return count;
  }

  SurpStream encode() {
    target.requireRoom(headerBytes(0));
    reached = target.reached(touched, refinements, thresholds.mean(0));
    while (!reached && !thresholds.exhausted()) {
      var threshold = thresholds.current();
      var candidates = 0L;
      for (var source : sources) {
        candidates += source.residuals().collect(threshold);
      }
      shrink.encode(coder, candidates == 0 ? 1 : 0);
      if (candidates == 0) {
        effort.emptyPass();
        reached = !target.allows(effort, coder.size());
        thresholds.endEmptyPass();
        sources.forEach(it -> it.refined().endPass());
        cost.shrink();
      } else {
        cost.pass(candidates, pass(threshold));
      }
    }
    return stream();
  }

  /** Tells how many weights it has refined: all candidates, unless the target was reached. */
  private int pass(double threshold) {
    effort.pass();
    for (var source : sources) {
      for (var past : Past.values()) {
        refine(source, past, threshold);
        if (reached) {
          return passRefinements;
        }
      }
      source.refined().endPass();
    }
    var done = passRefinements;
    thresholds.endPass(done);
    passRefinements = 0;
    return done;
  }

  /** Codes which weights of that past reach the threshold, and refines them. */
  private void refine(Source source, Past past, double threshold) {
    var refined = source.refined();
    var left = refined.count(past);
    if (left == 0) {
      return;
    }
    var gaps = source.gaps().begin(past, thresholds.width());
    var members = 0;
    var from = 0;
    for (var i = 0; i < source.residuals().candidates(); i++) {
      var position = source.residuals().candidate(i);
      if (refined.past(position) != past) {
        continue;
      }
      var gap = refined.count(past, from, position);
      gaps.encode(coder, gap, left);
      from = position + 1;
      left -= gap + 1;
      var negative = source.weights()[position] < 0;
      if (past == Past.UNTOUCHED) {
        coder.bits(negative ? 1 : 0, 1);
      }
      effort.refinement();
      if (!target.hasRoom(headerBytes(refinements + 1) + coder.size())
          || !target.allows(effort, coder.size())) {
        reached = true;
      } else {
        members++;
        apply(source, past, position, threshold, negative);
      }
      if (reached) {
        cost.set(members, refined.count(past) - left);
        return;
      }
    }
    gaps.encode(coder, left, left);
    cost.set(members, refined.count(past));
  }

  private void apply(Source source, Past past, int position, double threshold, boolean negative) {
    source.residuals().subtract(position, threshold);
    if (past == Past.UNTOUCHED) {
      source.refined().touch(position, threshold, negative);
      touched++;
    } else {
      source.refined().refine(position, threshold);
    }
    refinements++;
    passRefinements++;
    size = coder.size();
    reached = target.reached(touched, refinements, thresholds.mean(passRefinements));
  }

  private int headerBytes(long refinements) {
    return StreamHeader.length(scales.length, weights, refinements);
  }

  private SurpStream stream() {
    var header =
        new StreamHeader(
                weights, refinements, meanMagnitude, multiple, (float) settings.shrink(), scales)
            .bytes();
    var bytes = Arrays.copyOf(header, header.length + size);
    // What follows the latest refinement tells the decoder nothing.
    System.arraycopy(coder.finish(), 0, bytes, header.length, size);
    return new SurpStream(
        bytes,
        new SurpReport(
            weights,
            coded,
            touched,
            refinements,
            cost.passes(),
            cost.shrinks(),
            meanMagnitude,
            thresholds.mean(passRefinements),
            bytes.length,
            header.length,
            cost.oneByOneBits(),
            cost.setBits(),
            reached));
  }
}
