package org.espalier.engine;

/**
 * A condition the user can understand and mend: bad input, a missing or damaged file, a wrong
 * shape.
 *
 * <p>The message is the one line the user sees: it names the thing, its value and what was
 * expected.
 */
public final class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EspalierException(String message) {
    super(message);
  }

  public EspalierException(String message, Throwable cause) {
    super(message, cause);
  }
}
