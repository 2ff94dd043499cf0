package org.espalier.data.batch;

import java.util.Arrays;
import org.espalier.data.Split;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Shape;

/**
 * Brings each channel to mean 0 and standard deviation 1: {@code (x - mean) / deviation}.
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

  /**
   * The statistics of {@code split}, population deviation; a constant channel gets deviation 1, so
   * that it becomes zero instead of undefined.
   */
  public static Normalisation measured(Split split, Shape shape) {
    var channels = shape.channels();
    var area = shape.height() * shape.width();
    var shift = new double[channels]; // the first sample's: sums of squares stay well conditioned
    var sums = new double[channels];
    var squares = new double[channels];
    var sample = new float[shape.size()];
    for (var i = 0; i < split.size(); i++) {
      split.copy(i, sample, 0);
      for (var channel = 0; channel < channels; channel++) {
        if (i == 0) {
          shift[channel] = sample[channel * area];
        }
        for (var p = channel * area; p < (channel + 1) * area; p++) {
          var value = sample[p] - shift[channel];
          sums[channel] += value;
          squares[channel] += value * value;
        }
      }
    }
    return of(shift, sums, squares, (double) split.size() * area);
  }

  private static Normalisation of(double[] shift, double[] sums, double[] squares, double count) {
    var mean = new float[sums.length];
    var deviation = new float[sums.length];
    for (var channel = 0; channel < sums.length; channel++) {
      var average = sums[channel] / count;
      var variance = Math.max(0, squares[channel] / count - average * average);
      mean[channel] = (float) (shift[channel] + average);
      deviation[channel] = (float) Math.sqrt(variance);
      if (deviation[channel] == 0) {
        deviation[channel] = 1;
      }
    }
    return new Normalisation(mean, deviation);
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
