package org.espalier.app.cli;

/** Threads for a command that computes outside a run. */
final class Processors {
  private Processors() {}

  /** The number asked for, or one per processor for 0. */
  static int or(int asked) {
    if (asked < 0) {
      throw new UsageException(
          "threads " + asked + ": expected 1 or more, or 0 for one per processor");
    }
    return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
  }
}
