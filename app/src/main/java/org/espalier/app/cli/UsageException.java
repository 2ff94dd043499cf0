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

  /** Runs something that only looks at what the user asked for, not at the world. */
  public static <T> T checking(Supplier<T> request) {
    try {
      return request.get();
    } catch (EspalierException e) {
      throw new UsageException(e);
    }
  }
}
