package org.espalier.app.cli;

import java.util.function.Supplier;
import org.espalier.engine.EspalierException;

/** What was asked for makes no sense: told in one line, exit code 2. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }

  private UsageException(EspalierException cause) {
    super(cause.getMessage(), cause);
  }

  /** Refuses the value of an option that is below {@code least}. */
  public static void requireAtLeast(long least, String option, long value) {
    requireWithin(least, Long.MAX_VALUE, option, value);
  }

  /** Refuses the value of an option outside of [{@code least}, {@code most}]. */
  public static void requireWithin(long least, long most, String option, long value) {
    if (value < least || value > most) {
      throw new UsageException(
          "%s %d: expected %d %s"
              .formatted(option, value, least, most == Long.MAX_VALUE ? "or more" : "to " + most));
    }
  }

  /** Runs something that only looks at what the user asked for, not at the world. */
  public static <T> T checking(Supplier<T> request) {
    try {
      return request.get();
    } catch (EspalierException e) {
      throw new UsageException(e);
    }
  }
}
