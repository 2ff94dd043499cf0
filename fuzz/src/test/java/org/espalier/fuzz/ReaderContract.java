package org.espalier.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.zip.DataFormatException;
import org.espalier.engine.EspalierException;

/**
 * What every reader owes its caller, whatever it is given: a result or an error of one line, and no
 * more memory than a small multiple of its input. Hangs are the fuzzer's to find.
 */
final class ReaderContract {
  /** Longer inputs add time and no new ways to be wrong. */
  static final int LONGEST = 1 << 16;

  /** What a reader may take for its buffers and tables, whatever the input. */
  private static final long FREE = 32L << 20;

  /** Deflate's 1032, for the readers of compressed data, and a few copies of what it gives. */
  private static final long MOST_PER_BYTE = 4096;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ReaderContract() {}

  /** One run of a reader; what it throws beside these exceptions is a finding. */
  @FunctionalInterface
  interface Reading {
    void run() throws DataFormatException, IOException;
  }

  /**
   * Runs a reader; if it takes too much, once more, since the first run loads classes too.
   *
   * @param bytes of its input
   */
  static void requireKept(int bytes, Reading reading) throws IOException {
    var most = FREE + MOST_PER_BYTE * bytes;
    if (allocated(reading) > most) {
      var again = allocated(reading);
      if (again > most) {
        throw new AssertionError("%,d bytes allocated for %,d of input".formatted(again, bytes));
      }
    }
  }

  private static long allocated(Reading reading) throws IOException {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reading.run();
    } catch (EspalierException | DataFormatException e) {
      requireOneLine(e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void requireOneLine(Exception refusal) {
    var message = refusal.getMessage();
    if (message == null || message.isBlank() || message.lines().count() != 1) {
      throw new AssertionError("not a message of one line: '" + message + "'", refusal);
    }
  }
}
