package org.espalier.formats.surp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;
import org.espalier.formats.coding.AdaptiveNumber;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;

/**
 * The baseline that any coder of weights must be measured against: magnitudes rounded down to
 * multiples of a step, v = Δ⌊u/Δ⌋, the multiples entropy coded. It takes fewer bits than SuRP at
 * the same distortion; its streams are neither embedded nor as sparse.
 *
 * <p>Stream: Δ (64-bit float), a scale per tensor (32-bit floats, 0 for tensors of zeros, which
 * take no part), all little-endian; then, range coded, the multiple of every weight and the sign of
 * those that are not zero.
 *
 * @param step in units of the mean normalised magnitude
 */
public record FloorQuantiser(Normalisation normalisation, double step) {
  private static final double LEAST_STEP = 1e-6;
  private static final double MOST_STEP = 1e6;

  public FloorQuantiser {
    if (!(step >= LEAST_STEP && step <= MOST_STEP)) {
      throw new EspalierException(
          "quantiser, step %s: expected %s to %s".formatted(step, LEAST_STEP, MOST_STEP));
    }
  }

  /**
   * Quantised weights and what they cost.
   *
   * @param entropyBits per weight, of the multiples, by their empirical entropy
   * @param signBits per weight
   * @param bitsPerWeight really written, header and signs included
   * @param sparsity share of zeros
   * @param relativeDistortion D/D₀
   */
  public record Quantised(
      byte[] bytes,
      double entropyBits,
      double signBits,
      double bitsPerWeight,
      double sparsity,
      double relativeDistortion) {}

  /**
   * The coarsest quantiser, to a part in a million, with at most this distortion.
   *
   * @param relativeDistortion D/D₀, above 0 and below 1
   */
  public static FloorQuantiser reaching(
      List<float[]> tensors, Normalisation normalisation, double relativeDistortion) {
    var source = new Source(tensors, normalisation);
    var fine = LEAST_STEP;
    var coarse = MOST_STEP;
    while (coarse / fine > 1 + 1e-6) {
      var step = Math.sqrt(coarse * fine);
      if (source.error(step * source.mean()) / source.mean() <= relativeDistortion) {
        fine = step;
      } else {
        coarse = step;
      }
    }
    return new FloorQuantiser(normalisation, fine);
  }

  /** Quantises and codes finite weights. */
  public Quantised encode(List<float[]> tensors) {
    var source = new Source(tensors, normalisation);
    var delta = step * source.mean();
    var coder = new RangeEncoder();
    var numbers = new AdaptiveNumber();
    var histogram = new Histogram();
    for (var i = 0; i < tensors.size(); i++) {
      if (source.scales[i] > 0) {
        for (var weight : tensors.get(i)) {
          var multiple = (long) (Math.abs(weight) / (double) source.scales[i] / delta);
          numbers.encode(coder, multiple);
          if (multiple > 0) {
            coder.bits(weight < 0 ? 1 : 0, 1);
          }
          histogram.add(multiple);
        }
      }
    }
    var all = (double) tensors.stream().mapToLong(it -> it.length).sum();
    var touched = source.count - histogram.zeros();
    var bytes = bytes(delta, source.scales, coder.finish());
    return new Quantised(
        bytes,
        histogram.entropy() * source.count / all,
        touched / all,
        Byte.SIZE * bytes.length / all,
        1 - touched / all,
        source.error(delta) / source.mean());
  }

  private static byte[] bytes(double delta, float[] scales, byte[] body) {
    var out =
        ByteBuffer.allocate(Double.BYTES + Float.BYTES * scales.length + body.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putDouble(delta);
    for (var scale : scales) {
      out.putFloat(scale);
    }
    return out.put(body).array();
  }

  /**
   * Decodes what {@link #encode} wrote.
   *
   * @param lengths of the tensors
   */
  public static List<float[]> decode(byte[] bytes, int... lengths) throws DataFormatException {
    var header = Double.BYTES + Float.BYTES * lengths.length;
    if (bytes.length < header) {
      throw new DataFormatException("quantised weights: shorter than their header");
    }
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var delta = in.getDouble();
    var coder = new RangeDecoder(bytes, header, bytes.length);
    var numbers = new AdaptiveNumber();
    var tensors = new ArrayList<float[]>(lengths.length);
    for (var length : lengths) {
      var scale = in.getFloat();
      var weights = new float[length];
      for (var i = 0; scale > 0 && i < length; i++) {
        var multiple = numbers.decode(coder);
        var magnitude = (float) (multiple * delta * scale);
        weights[i] = multiple > 0 && coder.bits(1) == 1 ? -magnitude : magnitude;
      }
      tensors.add(weights);
    }
    return tensors;
  }

  /** Weights as the quantiser sees them. */
  private static final class Source {
    private final List<float[]> tensors;
    private final float[] scales;
    private final long count; // of those that take part

    Source(List<float[]> tensors, Normalisation normalisation) {
      this.tensors = tensors;
      scales = new float[tensors.size()];
      var taking = 0L;
      for (var i = 0; i < scales.length; i++) {
        scales[i] = normalisation.scale(tensors.get(i));
        taking += scales[i] > 0 ? tensors.get(i).length : 0;
      }
      if (taking == 0) {
        throw new EspalierException("quantiser: all weights are 0, expected one that is not");
      }
      count = taking;
    }

    double mean() {
      return error(Double.POSITIVE_INFINITY);
    }

    /** Mean of what rounding down to multiples of {@code delta} takes off. */
    double error(double delta) {
      var sum = 0.0;
      for (var i = 0; i < scales.length; i++) {
        if (scales[i] > 0) {
          for (var weight : tensors.get(i)) {
            sum += Math.abs(weight) / (double) scales[i] % delta;
          }
        }
      }
      return sum / count;
    }
  }
}
