package org.espalier.engine.executor;

import java.util.Arrays;

/**
 * Where the columns (channel, tap) of a matrix find their operands in a tensor, counted in pixels
 * from the first tap: numbers that mostly fit 16 bits and need but a shift to become addresses.
 *
 * @param shift binary logarithm of a pixel's bytes
 * @param channel pixels of a channel, border included
 * @param tap pixels from the first tap to each, all below {@code channel}
 * @param origin bytes from the pixel at which a tile begins to the first tap
 * @param count of pixels in the tensor's group of samples
 */
record ColumnPixels(int shift, int channel, int[] tap, long origin, long count) {
  private static final int NARROW = 1 << 16;

  /**
   * Columns over a tensor.
   *
   * @param offsets bytes from the pixel at which a tile begins to each tap, in channel 0
   */
  static ColumnPixels of(Tensor tensor, int[] offsets) {
    // Features are as many vectors as suit them, side by side: a pixel like any other.
    var shift = Long.numberOfTrailingZeros(tensor.pixelBytes());
    var origin = Arrays.stream(offsets).min().orElse(0);
    return new ColumnPixels(
        shift,
        Math.toIntExact(tensor.channelBytes() >> shift),
        Arrays.stream(offsets).map(offset -> (offset - origin) >> shift).toArray(),
        origin,
        tensor.groupBytes() >> shift);
  }

  int taps() {
    return tap.length;
  }

  /** Whether every column fits 16 bits. */
  boolean narrow() {
    return count <= NARROW;
  }

  /** The pixel of a tap. */
  int at(int channel, int tap) {
    return channel * this.channel + this.tap[tap];
  }

  /** Whether columns are nothing but channels. */
  boolean plain() {
    return channel == 1;
  }
}
