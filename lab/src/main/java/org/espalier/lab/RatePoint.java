package org.espalier.lab;

import java.util.List;
import org.espalier.formats.surp.FloorQuantiser;
import org.espalier.formats.surp.LaplacianSource;
import org.espalier.formats.surp.Settings;
import org.espalier.formats.surp.Stop;
import org.espalier.formats.surp.Surp;

/**
 * Coders at one distortion; bits are per weight.
 *
 * @param distortion D/D₀ asked for
 * @param rateDistortion R(D) of a Laplacian source at the distortion SuRP reached
 * @param rateDistortionWithSigns the same and the signs, which a coder of magnitudes sends apart
 * @param ratio SuRP's bits for indices over R(D)
 */
record RatePoint(
    double distortion,
    double rateDistortion,
    double rateDistortionWithSigns,
    double ratio,
    SurpCost surp,
    FloorCost floorQuantiser) {

  /**
   * What SuRP took.
   *
   * @param distortion D/D₀ reached
   * @param bits really written: the sum of the next three
   * @param oneByOneEstimate Σ h₂(p)/p, as the paper estimates the bits for indices
   * @param setEstimate the empirical entropy of the sets that were coded
   */
  record SurpCost(
      double distortion,
      double bits,
      double indexBits,
      double signBits,
      double headerBits,
      double oneByOneEstimate,
      double setEstimate,
      double sparsity,
      long refinements,
      long passes) {}

  /**
   * What rounding down took.
   *
   * @param step in units of the mean magnitude
   * @param bits really written, signs and header included
   * @param entropyBits of the multiples alone, the ideal
   */
  record FloorCost(
      double step,
      double distortion,
      double bits,
      double entropyBits,
      double signBits,
      double sparsity) {}

  /** Codes tensors to a distortion. */
  static RatePoint measure(List<float[]> tensors, Settings settings, double distortion) {
    var report = Surp.encode(tensors, settings, new Stop.Distortion(distortion)).report();
    var weights = (double) report.weights();
    var source = new LaplacianSource(1);
    var reached = report.relativeDistortion();
    var surp =
        new SurpCost(
            reached,
            report.bitsPerWeight(),
            report.indexBits() / weights,
            report.signBits() / weights,
            Byte.SIZE * report.headerBytes() / weights,
            report.oneByOneBits() / weights,
            report.setBits() / weights,
            report.sparsity(),
            report.refinements(),
            report.passes());
    var share = report.coded() / weights;
    var rate = share * source.rate(reached);
    return new RatePoint(
        distortion,
        rate,
        share * source.rateWithSigns(reached),
        surp.indexBits() / rate,
        surp,
        floor(tensors, settings, distortion));
  }

  private static FloorCost floor(List<float[]> tensors, Settings settings, double distortion) {
    var quantiser = FloorQuantiser.reaching(tensors, settings.normalisation(), distortion);
    var quantised = quantiser.encode(tensors);
    return new FloorCost(
        quantiser.step(),
        quantised.relativeDistortion(),
        quantised.bitsPerWeight(),
        quantised.entropyBits(),
        quantised.signBits(),
        quantised.sparsity());
  }
}
