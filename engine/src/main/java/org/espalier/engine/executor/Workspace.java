package org.espalier.engine.executor;

/** Scratch that operations take turns to use; it grows to the largest demand and then stays. */
final class Workspace {
  private float[] values = {};

  /** At least {@code count} floats with unspecified contents. */
  float[] values(int count) {
    if (values.length < count) {
      values = new float[count];
    }
    return values;
  }

  long bytes() {
    return 4L * values.length;
  }
}
