package org.espalier.engine.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;

/**
 * The tilings that were fastest on one machine, product by product, in a file of lines.
 *
 * <p>The first line says what the times hold for, and the name of the file is its checksum; each
 * other line has a product, the tiling chosen for it and the milliseconds of all that competed,
 * between tabs. Nothing depends on this file but time: one that is damaged is measured anew, and of
 * two processes that write at once the later one stands.
 */
final class TilingCache {
  /** What was found for a product. */
  record Entry(String tiling, SequencedMap<String, Double> millis) {}

  /** Finds nothing and keeps nothing beyond the process. */
  static final TilingCache EMPTY = new TilingCache(Path.of(""), "", _ -> {});

  private static final String FORMAT = "espalier tilings 1";
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_ENTRIES = 2000;

  private final Path file; // empty: none
  private final String heading;
  private final Consumer<String> warning;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Entry> found = new LinkedHashMap<>(); // by this process
  private boolean saved = true;
  private boolean warned;

  private TilingCache(Path file, String heading, Consumer<String> warning) {
    this.file = file;
    this.heading = heading;
    this.warning = warning;
  }

  /** The file in {@code folder} for what {@code machine} says in parts. */
  static TilingCache in(Path folder, List<String> machine, Consumer<String> warning) {
    var heading = FORMAT + "; " + String.join("; ", machine).replaceAll("\\s+", " ");
    var cache = new TilingCache(folder.resolve(checksum(heading) + ".txt"), heading, warning);
    cache.entries.putAll(cache.read());
    return cache;
  }

  private static String checksum(String heading) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var hash = digest.digest(heading.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  Path file() {
    return file;
  }

  Optional<Entry> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Keeps the first entry of a product that this process found; the one that stands. */
  Entry keep(String key, Entry entry) {
    var earlier = found.putIfAbsent(key, entry);
    if (earlier != null) {
      return earlier;
    }
    entries.put(key, entry);
    saved = false;
    return entry;
  }

  /** Writes the file if anything is new, beside what others have written meanwhile. */
  void save() {
    if (saved || file.toString().isEmpty()) {
      return;
    }
    saved = true;
    var all = new LinkedHashMap<>(read());
    found.forEach(all::putLast);
    while (all.size() > MOST_ENTRIES) {
      all.pollFirstEntry();
    }
    // Of its own name first: writers that share a temporary file would mix their lines.
    var own = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(own.toAbsolutePath().getParent());
      DurableFile.write(own, text(all));
      Files.move(own, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (EspalierException e) {
      warn(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      warn("cannot write " + file + ": " + DurableFile.reason(e));
    }
  }

  private String text(Map<String, Entry> all) {
    var text = new StringBuilder(heading).append('\n');
    all.forEach((key, entry) -> text.append(line(key, entry)).append('\n'));
    return text.toString();
  }

  private static String line(String key, Entry entry) {
    return key
        + '\t'
        + entry.tiling()
        + entry.millis().entrySet().stream()
            .map(it -> String.format(Locale.ROOT, "\t%s\t%.4f", it.getKey(), it.getValue()))
            .collect(Collectors.joining());
  }

  private Map<String, Entry> read() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException("more than " + MOST_BYTES + " bytes");
      }
      return parse(Files.readString(file));
    } catch (NoSuchFileException _) {
      return Map.of();
    } catch (IOException e) {
      warn("cannot read " + file + ": " + DurableFile.reason(e) + "; measuring anew");
    } catch (IllegalArgumentException e) {
      warn(file + " is damaged: " + e.getMessage() + "; measuring anew");
    }
    return Map.of();
  }

  private Map<String, Entry> parse(String text) {
    var lines = text.split("\n", -1);
    if (!lines[0].equals(heading)) {
      throw new IllegalArgumentException("line 1 is not \"" + heading + "\"");
    }
    if (!lines[lines.length - 1].isEmpty()) {
      throw new IllegalArgumentException("its last line has no end");
    }
    var read = new LinkedHashMap<String, Entry>();
    for (var i = 1; i < lines.length - 1; i++) {
      var fields = lines[i].split("\t", -1);
      if (fields.length < 4 || fields.length % 2 != 0) {
        throw new IllegalArgumentException("line " + (i + 1) + " has " + fields.length + " fields");
      }
      read.put(fields[0], new Entry(fields[1], millis(fields)));
    }
    return read;
  }

  private static SequencedMap<String, Double> millis(String[] fields) {
    var millis = new LinkedHashMap<String, Double>();
    for (var i = 2; i < fields.length; i += 2) {
      var value = Double.parseDouble(fields[i + 1]);
      if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
        throw new NumberFormatException("a time of " + fields[i + 1] + " ms");
      }
      millis.put(fields[i], value);
    }
    return millis;
  }

  private void warn(String line) {
    if (!warned) {
      warned = true;
      warning.accept(line);
    }
  }
}
