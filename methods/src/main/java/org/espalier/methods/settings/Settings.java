package org.espalier.methods.settings;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.training.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One section of a recipe, read key by key: each reader names its default, so that what was read is
 * the section with every default filled in.
 *
 * <p>Keys are kebab-case. A value that does not fit, and a key that nothing reads, is an {@link
 * EspalierException} that names the key.
 */
public final class Settings {
  private final String path;
  private final Map<String, Object> given;
  private final Map<String, Object> resolved = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * The settings of one section.
   *
   * @param path the section's place in the recipe, for example {@code method}
   */
  public Settings(String path, Map<String, Object> given) {
    this.path = path;
    this.given = new LinkedHashMap<>(given);
  }

  /** Whether the recipe gives {@code key} itself. */
  public boolean has(String key) {
    known.add(key);
    return given.containsKey(key);
  }

  public double number(String key, double fallback, Range range) {
    var value =
        switch (read(key, fallback)) {
          case Number number -> number.doubleValue();
          case String text -> parse(key, text);
          case Object other -> throw unfit(key, other, "a number");
        };
    return range.check(path(key), (double) resolve(key, value));
  }

  /** A whole number; 1e6 and 1_000_000 are whole numbers too. */
  public long whole(String key, long fallback, Range range) {
    var value = number(key, (double) fallback, range);
    if (value != Math.rint(value) || Math.abs(value) >= 0x1p53) {
      throw unfit(key, text(value), "a whole number");
    }
    return (long) resolve(key, (long) value);
  }

  public boolean flag(String key, boolean fallback) {
    var value =
        switch (read(key, fallback).toString()) {
          case "true" -> true;
          case "false" -> false;
          case String other -> throw unfit(key, other, "true or false");
        };
    return (boolean) resolve(key, value);
  }

  /** A length of training such as {@code 500it} or {@code 10ep}. */
  public Duration duration(String key, Duration fallback) {
    var text = text(key, fallback.toString());
    try {
      return Duration.parse(text);
    } catch (EspalierException e) {
      throw new EspalierException(
          path(key) + " " + text + ": expected a length of training such as 500it or 10ep", e);
    }
  }

  public String text(String key, String fallback) {
    return (String) resolve(key, read(key, fallback).toString());
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String key, E fallback) {
    var written = text(key, written(fallback));
    var constants = fallback.getDeclaringClass().getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> written(constant).equals(written))
        .findFirst()
        .orElseThrow(
            () ->
                unfit(
                    key,
                    written,
                    Arrays.stream(constants)
                        .map(Settings::written)
                        .collect(Collectors.joining(", ", "one of ", ""))));
  }

  /** A map with text keys, empty unless given. */
  public Map<String, Object> map(String key) {
    if (!(read(key, Map.of()) instanceof Map<?, ?> map)) {
      throw unfit(key, given.get(key), "a map");
    }
    var copy = new LinkedHashMap<String, Object>();
    map.forEach((name, value) -> copy.put(Objects.toString(name), value));
    if (!copy.isEmpty()) {
      resolve(key, copy);
    }
    return copy;
  }

  /** Every value read so far, defaults included, in the order of reading. */
  public Map<String, Object> resolved() {
    return new LinkedHashMap<>(resolved);
  }

  /** The place of {@code key} in the recipe, for messages. */
  public String path(String key) {
    return path + "." + key;
  }

  /**
   * To call when everything is read.
   *
   * @throws EspalierException if a key given was never asked for
   */
  public void requireAllKnown() {
    for (var key : given.keySet()) {
      if (!known.contains(key)) {
        throw new EspalierException(path(key) + ": unknown key" + Nearest.suggestion(key, known));
      }
    }
  }

  /**
   * To call where there is nothing to set.
   *
   * @throws EspalierException naming the first key given, and {@code reason}
   */
  public void requireNone(String reason) {
    for (var key : given.keySet()) {
      throw new EspalierException(path(key) + ": " + reason + ", expected no " + key);
    }
  }

  private Object read(String key, Object fallback) {
    known.add(key);
    var value = given.get(key);
    return value == null ? fallback : value;
  }

  private Object resolve(String key, Object value) {
    resolved.put(key, value);
    return value;
  }

  private double parse(String key, String text) {
    try {
      return Double.parseDouble(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw unfit(key, text, "a number");
    }
  }

  private EspalierException unfit(String key, @Nullable Object value, String expected) {
    return new EspalierException(path(key) + " " + value + ": expected " + expected);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A number as people write it: no trailing {@code .0}. */
  public static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 0x1p53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
