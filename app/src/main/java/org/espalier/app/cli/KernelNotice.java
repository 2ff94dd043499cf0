package org.espalier.app.cli;

import java.time.Duration;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.kernels.KernelSelfCheck;

/**
 * Says once per process, before anything is trained, if the kernels are slower than they should be.
 */
final class KernelNotice {
  private static final Duration LIMIT =
      Duration.ofSeconds(3); // on a busy machine; idle, a tenth of it

  private static boolean given;

  private KernelNotice() {}

  static synchronized void give(Output output) {
    if (given) {
      return;
    }
    given = true;
    var choice = KernelChoice.chosen();
    choice
        .warning()
        .or(() -> KernelSelfCheck.run(choice.kernels(), LIMIT).warning())
        .ifPresent(
            warning -> {
              output.err().println("espalier: " + warning);
              output.err().flush();
            });
  }
}
