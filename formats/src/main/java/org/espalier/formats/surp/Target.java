package org.espalier.formats.surp;

import org.espalier.engine.EspalierException;

/**
 * A target in the terms of the encoder: it stops once one of these is reached.
 *
 * @param touched weights that are not zero
 * @param mean normalised mean residual
 * @param bytes that the stream may have at most
 */
record Target(long touched, long refinements, double mean, long bytes) {

  /** The target of {@code weights} weights of that normalised mean magnitude. */
  static Target of(Stop stop, long weights, double meanMagnitude) {
    var never = Long.MAX_VALUE;
    return switch (stop) {
      case Stop.Sparsity(var share) ->
          new Target(Math.round(weights * (1 - share)), never, -1, never);
      case Stop.NonZeros(var count) -> new Target(count, never, -1, never);
      case Stop.Bytes(var count) -> new Target(never, never, -1, count);
      case Stop.BitsPerWeight(var bits) ->
          new Target(never, never, -1, (long) Math.floor(bits * weights / Byte.SIZE));
      case Stop.Distortion(var ratio) -> new Target(never, never, ratio * meanMagnitude, never);
      case Stop.Refinements(var count) -> new Target(never, count, -1, never);
      case Stop.Precision() -> new Target(never, never, -1, never);
    };
  }

  boolean reached(long touched, long refinements, double mean) {
    return touched >= this.touched || refinements >= this.refinements || mean <= this.mean;
  }

  /**
   * Whether decoding up to here may take so much: a stream of limited bytes has to be one that
   * {@link Surp#decodeBounded} takes.
   *
   * @param size of the body so far
   */
  boolean allows(Effort effort, long size) {
    return bytes == Long.MAX_VALUE || !effort.exceeds(size);
  }

  boolean hasRoom(long bytes) {
    return bytes <= this.bytes;
  }

  void requireRoom(long header) {
    if (!hasRoom(header)) {
      throw new EspalierException(
          "SuRP, %d bytes: expected at least the %d of the header".formatted(bytes, header));
    }
  }
}
