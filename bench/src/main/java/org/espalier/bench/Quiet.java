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

  /** Long enough for systems that count a process's time in ticks of 10 milliseconds. */
  private static final int LOOK_MS = 20;

  private static final int MOST_LOOKS = 25;

  private Quiet() {}

  /** Returns after a moment in which the process hardly computed, or after half a second. */
  static void await() {
    for (var look = 0; look < MOST_LOOKS; look++) {
      var computed = SYSTEM.getProcessCpuTime();
      var start = System.nanoTime();
      try {
        Thread.sleep(LOOK_MS);
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
