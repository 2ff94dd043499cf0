package org.espalier.data.batch;

import org.espalier.data.Split;
import org.espalier.engine.network.Shape;
import org.espalier.engine.training.Normalisation;

/** Mean and standard deviation of each channel of a split. */
public final class ChannelStatistics {
  private ChannelStatistics() {}

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
    return Normalisation.of(mean, deviation);
  }
}
