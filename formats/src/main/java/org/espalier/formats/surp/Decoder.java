package org.espalier.formats.surp;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.espalier.formats.coding.AdaptiveBit;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.surp.RefinedTensor.Past;

/** Reads one stream as far as it goes. */
final class Decoder {

  /** A tensor that takes part, with the models of its gaps. */
  private record Part(RefinedTensor refined, PastGaps gaps) {}

  private final long promised;
  private final List<RefinedTensor> tensors = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private final Thresholds thresholds;
  private final Effort effort;
  private final boolean bounded;
  private final AdaptiveBit shrink = new AdaptiveBit();
  private long refinements;
  private int passRefinements;

  /**
   * A reader of one stream.
   *
   * @param bounded whether to refuse a stream that takes more time than its bytes are worth
   */
  Decoder(StreamHeader header, int[] lengths, boolean bounded) {
    this.bounded = bounded;
    promised = header.refinements();
    var coded = 0L;
    for (var i = 0; i < lengths.length; i++) {
      var tensor = new RefinedTensor(lengths[i], header.scales()[i]);
      tensors.add(tensor);
      if (header.scales()[i] > 0) {
        parts.add(new Part(tensor, new PastGaps(header.multiple())));
        coded += lengths[i];
      }
    }
    thresholds = new Thresholds(coded, header.mean(), header.multiple(), header.shrink());
    effort = new Effort(coded, parts.size());
  }

  /** Refines until all is said or the bytes are at an end. */
  void decode(byte[] bytes, int from, int to) throws DataFormatException {
    if (promised > 0 && to - from < Integer.BYTES) {
      return; // cut off before the first refinement
    }
    if (promised == 0) {
      require(from == to, "bytes after the end");
      return;
    }
    var coder = new RangeDecoder(bytes, from, to);
    try {
      while (refinements < promised) {
        pass(coder);
      }
    } catch (DataFormatException e) {
      if (coder.consumed() < to - from) {
        throw e;
      }
      return; // cut off: what was decoded so far is right
    }
    coder.requireEnd();
  }

  private void pass(RangeDecoder coder) throws DataFormatException {
    require(!thresholds.exhausted(), "refinements beyond the precision of float32");
    if (shrink.decode(coder) == 1) {
      effort.emptyPass();
      requireWorthwhile(coder);
      thresholds.endEmptyPass();
      parts.forEach(it -> it.refined().endPass());
      return;
    }
    effort.pass();
    passRefinements = 0;
    for (var part : parts) {
      for (var past : Past.values()) {
        refine(coder, part, past);
        if (refinements == promised) {
          return;
        }
      }
      part.refined().endPass();
    }
    require(passRefinements > 0, "pass without a refinement");
    thresholds.endPass(passRefinements);
  }

  private void refine(RangeDecoder coder, Part part, Past past) throws DataFormatException {
    var refined = part.refined();
    var left = refined.count(past);
    if (left == 0) {
      return;
    }
    var gaps = part.gaps().begin(past, thresholds.width());
    var from = 0;
    while (refinements < promised) {
      var gap = gaps.decode(coder, left);
      if (gap == left) {
        return;
      }
      var position = refined.select(past, from, gap);
      if (past == Past.UNTOUCHED) {
        refined.touch(position, thresholds.current(), coder.bits(1) == 1);
      } else {
        refined.refine(position, thresholds.current());
      }
      refinements++;
      passRefinements++;
      effort.refinement();
      requireWorthwhile(coder);
      from = position + 1;
      left -= gap + 1;
    }
  }

  private void requireWorthwhile(RangeDecoder coder) throws DataFormatException {
    require(
        !bounded || !effort.exceeds(coder.consumed()),
        "refinements that take more than their bytes");
  }

  /** The weights that are not zero, as far as they are refined. */
  List<SparseWeights> nonZeros() throws DataFormatException {
    var weights = new ArrayList<SparseWeights>(tensors.size());
    for (var tensor : tensors) {
      var nonZeros = tensor.nonZeros();
      requireFinite(nonZeros.values());
      weights.add(nonZeros);
    }
    return weights;
  }

  /** The weights, as far as they are refined. */
  List<float[]> weights() throws DataFormatException {
    var weights = new ArrayList<float[]>(tensors.size());
    for (var tensor : tensors) {
      var values = tensor.weights();
      requireFinite(values);
      weights.add(values);
    }
    return weights;
  }

  private static void requireFinite(float[] values) throws DataFormatException {
    for (var value : values) {
      require(Float.isFinite(value), "weight beyond the range of float32");
    }
  }

  private static void require(boolean holds, String what) throws DataFormatException {
    if (!holds) {
      throw new DataFormatException("SuRP stream: unexpected " + what);
    }
  }
}
