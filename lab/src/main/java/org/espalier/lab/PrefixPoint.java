package org.espalier.lab;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;
import org.espalier.formats.surp.FloorQuantiser;
import org.espalier.formats.surp.LaplacianSource;
import org.espalier.formats.surp.Normalisation;
import org.espalier.formats.surp.Settings;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;
import org.espalier.formats.surp.SurpStream;

/**
 * A trained network as the beginning of one stream gives it; bits are per prunable weight.
 *
 * @param bits of the beginning, header and signs included
 * @param distortion D/D₀ of its weights
 * @param rateDistortion R(D) of a Laplacian source at that distortion
 * @param accuracy on test data, where there are any
 * @param floorQuantiser the baseline at the same distortion
 */
record PrefixPoint(
    double bits,
    long bytes,
    double distortion,
    double rateDistortion,
    double sparsity,
    OptionalDouble accuracy,
    Floor floorQuantiser) {

  /** Rounding down, signs and header included. */
  record Floor(double bits, double sparsity, OptionalDouble accuracy) {}

  /**
   * Encodes once, for the highest rate, and decodes a beginning of that stream for each.
   *
   * @param rates bits per weight, ascending
   * @param accuracy of a network with such weights
   */
  static List<PrefixPoint> measure(
      List<float[]> tensors,
      Settings settings,
      List<Double> rates,
      Function<List<float[]>, OptionalDouble> accuracy) {
    var stream = Surp.encode(tensors, settings, new Stop.BitsPerWeight(rates.getLast()));
    return rates.stream()
        .map(rate -> at(rate, stream, tensors, settings.normalisation(), accuracy))
        .toList();
  }

  private static PrefixPoint at(
      double rate,
      SurpStream stream,
      List<float[]> tensors,
      Normalisation normalisation,
      Function<List<float[]>, OptionalDouble> accuracy) {
    var lengths = tensors.stream().mapToInt(it -> it.length).toArray();
    var weights = (double) stream.report().weights();
    var bytes = (int) Math.min(rate * weights / Byte.SIZE, stream.bytes().length);
    try {
      var decoded = Surp.decode(stream.bytes(), 0, bytes, lengths);
      var distortion = distortion(tensors, decoded, normalisation);
      var quantised = FloorQuantiser.reaching(tensors, normalisation, distortion).encode(tensors);
      var floor = FloorQuantiser.decode(quantised.bytes(), lengths);
      return new PrefixPoint(
          Byte.SIZE * bytes / weights,
          bytes,
          distortion,
          new LaplacianSource(1).rate(distortion),
          zeros(decoded) / weights,
          accuracy.apply(decoded),
          new Floor(quantised.bitsPerWeight(), quantised.sparsity(), accuracy.apply(floor)));
    } catch (DataFormatException e) { // a beginning of what was just encoded lacks nothing else
      throw new EspalierException(
          "%s bits per weight are %d bytes of %.0f weights: expected room for the header of the"
                  .formatted(rate, bytes, weights)
              + " stream at least",
          e);
    }
  }

  /** D/D₀: the mean error of normalised weights over their mean magnitude. */
  private static double distortion(
      List<float[]> tensors, List<float[]> decoded, Normalisation normalisation) {
    var magnitudes = 0.0;
    var errors = 0.0;
    for (var t = 0; t < tensors.size(); t++) {
      var scale = normalisation.scale(tensors.get(t));
      for (var i = 0; scale > 0 && i < tensors.get(t).length; i++) {
        var weight = (double) tensors.get(t)[i];
        magnitudes += Math.abs(weight) / scale;
        errors += Math.abs(weight - decoded.get(t)[i]) / scale;
      }
    }
    return errors / magnitudes;
  }

  private static long zeros(List<float[]> tensors) {
    var zeros = 0L;
    for (var tensor : tensors) {
      for (var weight : tensor) {
        zeros += weight == 0 ? 1 : 0;
      }
    }
    return zeros;
  }
}
