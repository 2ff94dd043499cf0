package org.espalier.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Waits until nothing in this process computes. Threads of a side that is done still spin for a
 * while, in case there is more to do: libtorch's would take a core from whoever comes next.
 */
final class Quiet {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final double BUSY = 0.3; // of one core
  private static final int MOST_LOOKS = 300;

  private Quiet() {}

  /** Returns after a millisecond in which the process hardly computed, or after 0.3 seconds. */
  static void await() {
    for (var look = 0; look < MOST_LOOKS; look++) {
      var computed = SYSTEM.getProcessCpuTime();
      var start = System.nanoTime();
      try {
        Thread.sleep(1);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
      var elapsed = System.nanoTime() - start;
      if (SYSTEM.getProcessCpuTime() - computed < BUSY * elapsed) {
        return;
      }
    }
  }
}
