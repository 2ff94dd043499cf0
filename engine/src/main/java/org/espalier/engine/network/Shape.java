package org.espalier.engine.network;

/**
 * The shape of one sample: channels × height × width; plain features are channels of size 1×1.
 *
 * <p>All extents are at least 1.
 */
public record Shape(int channels, int height, int width) {

  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "shape " + channels + "×" + height + "×" + width + ": expected extents of at least 1");
    }
  }

  public static Shape features(int features) {
    return new Shape(features, 1, 1);
  }

  /** Values per sample. */
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** Whether this is a plain vector of features. */
  public boolean flat() {
    return height == 1 && width == 1;
  }

  @Override
  public String toString() {
    return flat() ? Integer.toString(channels) : channels + "×" + height + "×" + width;
  }
}
