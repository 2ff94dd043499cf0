package org.espalier.methods.rewiring;

/**
 * The steps at which topology updates happen.
 *
 * @param begin no update before this many steps are done
 * @param every steps between updates, at least 1
 * @param end no update when more steps are done; horizon of the drop fraction's schedule
 * @param totalSteps of the run
 */
record Trigger(long begin, long every, long end, long totalSteps) {

  /**
   * Whether an update is due after {@code step} steps when the last one was at {@code previous}.
   */
  boolean due(long step, long previous) {
    return step >= begin && step <= last() && step - previous >= every;
  }

  /** The earliest update. */
  long first() {
    return Math.max(begin, every);
  }

  /** No update comes later. */
  long last() {
    return Math.min(end, totalSteps - 1);
  }
}
