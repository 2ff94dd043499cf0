package org.espalier.engine;

import java.util.regex.Pattern;

/**
 * A condition the user can understand and mend: bad input, a missing or damaged file, a wrong
 * shape.
 *
 * <p>The message is the one line the user sees: it names the thing, its value and what was
 * expected. What files and users put into names may hold anything, so control characters and line
 * ends become question marks.
 */
public final class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

  public EspalierException(String message) {
    super(oneLine(message));
  }

  public EspalierException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return UNPRINTABLE.matcher(message).replaceAll("?");
  }
}
