package org.espalier.engine.training;

import java.util.Arrays;
import org.espalier.engine.EspalierException;

/**
 * Brings each channel of the input to mean 0 and standard deviation 1: {@code (x - mean) /
 * deviation}.
 *
 * <p>Images have 1 or 3 channels; the columns of a table are channels of size 1×1, so each is
 * normalised by itself.
 */
public final class Normalisation {
  private final float[] mean; // [channel]
  private final float[] deviation; // [channel]

  private Normalisation(float[] mean, float[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** Given statistics, in units of the samples: images are 0 to 1. */
  public static Normalisation of(float[] mean, float[] deviation) {
    if (mean.length != deviation.length) {
      throw new EspalierException(
          "normalisation by %d means and %d deviations: expected one of each per channel"
              .formatted(mean.length, deviation.length));
    }
    for (var channel = 0; channel < mean.length; channel++) {
      if (!Float.isFinite(mean[channel])
          || !Float.isFinite(deviation[channel])
          || deviation[channel] <= 0) {
        throw new EspalierException(
            "normalisation of channel %d by mean %s and deviation %s: expected finite numbers, the deviation positive"
                .formatted(channel, mean[channel], deviation[channel]));
      }
    }
    return new Normalisation(mean.clone(), deviation.clone());
  }

  /** Leaves samples as they are. */
  public static Normalisation none(int channels) {
    var ones = new float[channels];
    Arrays.fill(ones, 1);
    return new Normalisation(new float[channels], ones);
  }

  public int channels() {
    return mean.length;
  }

  public float mean(int channel) {
    return mean[channel];
  }

  public float deviation(int channel) {
    return deviation[channel];
  }

  /** Normalises one sample, {@code [channel][area]}, in place. */
  public void apply(float[] values, int at, int area) {
    for (var channel = 0; channel < mean.length; channel++) {
      var from = at + channel * area;
      var scale = 1 / deviation[channel];
      var offset = -mean[channel] * scale;
      for (var p = from; p < from + area; p++) {
        values[p] = values[p] * scale + offset;
      }
    }
  }
}
