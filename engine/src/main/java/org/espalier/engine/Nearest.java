package org.espalier.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody probably meant, for the errors that answer an unknown word. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known word with the least edit distance (Levenshtein 1966) to {@code word}, the first in
   * alphabetical order among equals; none when all differ in more than half of their letters.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> word.length() <= 2L * candidate.length()) // else none is near, slowly
        .filter(
            candidate ->
                2 * distance(word, candidate) <= Math.max(word.length(), candidate.length()))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code "; did you mean …?"}, or nothing when no known word is near. */
  public static String hint(String word, Collection<String> known) {
    return to(word, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  /** {@code "; did you mean …?"}, or all the known words when none is near. */
  public static String suggestion(String word, Collection<String> known) {
    var hint = hint(word, known);
    return hint.isEmpty() ? "; expected one of " + String.join(", ", known) : hint;
  }

  /** Insertions, deletions and replacements that turn one word into the other. */
  static int distance(String from, String to) {
    var row = new int[to.length() + 1];
    for (var j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (var i = 1; i <= from.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j <= to.length(); j++) {
        var replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
