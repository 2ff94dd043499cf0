package org.espalier.engine.network;

/** What a node of a network computes; a value without weights, sizes of inputs are inferred. */
public sealed interface Layer {

  /** y = W x + b on plain features. */
  record Linear(int outputs, boolean bias) implements Layer {}

  /**
   * Cross-correlation with square kernels, zero padding on all sides.
   *
   * @param groups splits input and output channels; equal to the input channels: depthwise
   */
  record Conv2d(int channels, int kernel, int stride, int padding, int groups, boolean bias)
      implements Layer {}

  /**
   * Batch normalisation over samples and pixels of each channel (Ioffe and Szegedy 2015).
   *
   * @param momentum weight of the newest batch in the running statistics, 0.1 as in PyTorch
   */
  record BatchNorm(double momentum, double epsilon) implements Layer {
    public static final BatchNorm STANDARD = new BatchNorm(0.1, 1e-5);
  }

  /** max(0, x). */
  record Relu() implements Layer {}

  /** Maximum over square windows; padding counts as −∞. */
  record MaxPool2d(int kernel, int stride, int padding) implements Layer {}

  /** Mean over square windows; padding counts as zero and in the divisor, as in PyTorch. */
  record AvgPool2d(int kernel, int stride, int padding) implements Layer {}

  /** Mean over all pixels of each channel. */
  record GlobalAvgPool() implements Layer {}

  /** Sum of two or more inputs of one shape. */
  record Add() implements Layer {}

  /**
   * Channels of zeros before and after those of the input: the shortcut without weights of residual
   * networks whose width grows (He, Zhang, Ren, Sun 2016, option A).
   */
  record PadChannels(int before, int after) implements Layer {}

  /** Channels, rows and columns in one vector of features, channel-major as in PyTorch. */
  record Flatten() implements Layer {}

  /** Zeroes values with probability {@code rate} in training and scales the rest by 1/(1−rate). */
  record Dropout(double rate) implements Layer {}
}
