package org.espalier.app.cli;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A rule that turns the names of other programs into ours: {@code REGEX=NAME}, where NAME has the
 * groups as {@code $1}, and {@code {$1+1}} counts one on.
 */
record Renaming(Pattern pattern, String name) {
  private static final Pattern SUM = Pattern.compile("\\{(\\d{1,9})\\+(\\d{1,9})\\}");

  /**
   * Reads a rule; the last {@code =} separates its halves.
   *
   * @throws UsageException if it is none
   */
  static Renaming parse(String rule) {
    var equals = rule.lastIndexOf('=');
    if (equals < 1) {
      throw new UsageException("--rename " + rule + ": expected REGEX=NAME");
    }
    try {
      return new Renaming(Pattern.compile(rule.substring(0, equals)), rule.substring(equals + 1));
    } catch (PatternSyntaxException e) {
      throw new UsageException("--rename " + rule + ": " + e.getDescription());
    }
  }

  /** The name with every match replaced. */
  String apply(String tensor) {
    try {
      var replaced = pattern.matcher(tensor).replaceAll(name);
      return SUM.matcher(replaced)
          .replaceAll(
              sum -> Long.toString(Long.parseLong(sum.group(1)) + Long.parseLong(sum.group(2))));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new UsageException("--rename " + pattern + "=" + name + ": " + e.getMessage());
    }
  }
}
