package org.espalier.app.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.app.recipe.Mappers;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import tools.jackson.core.JacksonException;

/**
 * The file {@code metrics.jsonl} of a running run: every epoch is appended and synced.
 *
 * <p>A line is written before the checkpoint that covers it. A resumed run therefore cuts the file
 * back to what its checkpoint covers, and no epoch is lost or told twice.
 */
final class MetricsLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final List<EpochMetrics> epochs;

  private MetricsLog(Path file, FileChannel channel, List<EpochMetrics> epochs) {
    this.file = file;
    this.channel = channel;
    this.epochs = epochs;
  }

  /**
   * Opens the file, cut back to its first {@code ended} epochs.
   *
   * @throws EspalierException if it has fewer; it is untouched then
   */
  static MetricsLog continuing(Path file, long ended) {
    var kept = new ArrayList<EpochMetrics>();
    var length = 0L;
    for (var line : wholeLines(file).stream().limit(ended).toList()) {
      kept.add(parse(file, kept.size() + 1, line));
      length += line.getBytes(StandardCharsets.UTF_8).length + 1;
    }
    if (kept.size() < ended) {
      throw new EspalierException(
          "%s: %d epochs, expected the %d that ended before the checkpoint"
              .formatted(file, kept.size(), ended));
    }
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(length);
      channel.position(length);
      channel.force(true);
      return new MetricsLog(file, channel, kept);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /** All epochs of a file. */
  static List<EpochMetrics> read(Path file) {
    var epochs = new ArrayList<EpochMetrics>();
    for (var line : wholeLines(file)) {
      epochs.add(parse(file, epochs.size() + 1, line));
    }
    return epochs;
  }

  void append(EpochMetrics epoch) {
    var line = Mappers.JSON.writeValueAsString(epoch) + "\n";
    try {
      DurableFile.writeFully(channel, StandardCharsets.UTF_8.encode(line));
      channel.force(true);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
    epochs.add(epoch);
  }

  /** The epochs so far, those before an interruption included. */
  List<EpochMetrics> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed("close", file, e);
    }
  }

  /** The lines of the file; a kill may leave half a line at its end, which is none. */
  private static List<String> wholeLines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      var content = Files.readString(file);
      return content.substring(0, content.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  private static EpochMetrics parse(Path file, int number, String line) {
    var wrong =
        new EspalierException(
            "%s, line %d: expected the measures of epoch %d".formatted(file, number, number));
    try {
      var epoch = Mappers.JSON.readValue(line, EpochMetrics.class);
      if (epoch != null && epoch.epoch() == number) {
        return epoch;
      }
    } catch (JacksonException e) {
      wrong.initCause(e);
    }
    throw wrong;
  }

  private static EspalierException failed(String what, Path file, IOException e) {
    return new EspalierException("cannot " + what + " " + file + ": " + DurableFile.reason(e), e);
  }
}
