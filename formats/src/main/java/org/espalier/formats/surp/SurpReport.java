package org.espalier.formats.surp;

/**
 * What a stream holds and what it cost, beside what theory says.
 *
 * @param weights of all tensors
 * @param coded weights of the tensors that take part: all but those of zeros only
 * @param touched weights that are not zero
 * @param refinements steps that were added to a weight
 * @param passes with a refinement at least
 * @param shrinks passes without, after each of which the multiple fell
 * @param meanMagnitude of the coded weights, normalised (D₀)
 * @param distortion mean error of the coded weights, normalised (D)
 * @param bytes really written, header and signs included
 * @param headerBytes of these, the header
 * @param oneByOneBits the paper's estimate Σ h₂(p)/p of sending index after index in a shared
 *     random order, p the share of candidates; signs and header not included
 * @param setBits Σ N·h₂(k/N) over all sets of a pass, k of N positions with the same past in the
 *     same tensor; signs and header not included
 * @param reached whether the target was reached, before nothing was left to refine
 */
public record SurpReport(
    long weights,
    long coded,
    long touched,
    long refinements,
    long passes,
    long shrinks,
    double meanMagnitude,
    double distortion,
    long bytes,
    long headerBytes,
    double oneByOneBits,
    double setBits,
    boolean reached) {

  /** Share of zeros among all weights. */
  public double sparsity() {
    return weights == 0 ? 0 : 1 - touched / (double) weights;
  }

  /** D/D₀: 1 at the beginning, 0 if nothing was to be coded. */
  public double relativeDistortion() {
    return meanMagnitude == 0 ? 0 : distortion / meanMagnitude;
  }

  /** Bits really written per weight, all included. */
  public double bitsPerWeight() {
    return weights == 0 ? 0 : 8.0 * bytes / weights;
  }

  /** One for every weight that is not zero. */
  public long signBits() {
    return touched;
  }

  /** Bits really written for which weights are refined in which pass. */
  public long indexBits() {
    return 8 * (bytes - headerBytes) - signBits();
  }

  /** R(D) of exponential magnitudes, for all coded weights, at the distortion reached. */
  public double rateDistortionBits() {
    return coded == 0 || distortion <= 0
        ? 0
        : coded * new LaplacianSource(meanMagnitude).rate(distortion);
  }
}
