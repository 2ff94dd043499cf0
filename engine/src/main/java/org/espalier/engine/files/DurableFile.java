package org.espalier.engine.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.espalier.engine.EspalierException;

/**
 * Writes files that are whole or as they were before, whenever the process is killed.
 *
 * <p>The content goes to {@code .NAME.part} in the same folder, is synced to the disk and renamed
 * over the target. A killed writer leaves at most that one file, which the next one replaces; a
 * target has one writer at a time.
 */
public final class DurableFile {

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private DurableFile() {}

  /**
   * Replaces {@code target} by {@code content}.
   *
   * @throws EspalierException if it cannot be written; the earlier file is untouched then
   */
  public static void write(Path target, Content content) {
    var aside = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      writeAside(aside, content);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(target.toAbsolutePath().resolveSibling(""));
    } catch (IOException e) {
      discard(aside, e);
      throw new EspalierException("cannot write " + target + ": " + reason(e), e);
    } catch (RuntimeException e) {
      discard(aside, e);
      throw e;
    }
  }

  /** Replaces {@code target} by {@code text} in UTF-8. */
  public static void write(Path target, String text) {
    write(target, channel -> writeFully(channel, StandardCharsets.UTF_8.encode(text)));
  }

  /** Writes all that remains in {@code bytes}, however little the channel takes at a time. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Why a file operation failed, in words; the messages of the JDK often hold a path alone. */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case CharacterCodingException _ -> "not UTF-8 text";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  private static void writeAside(Path aside, Content content) throws IOException {
    try (var channel =
        FileChannel.open(
            aside,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      content.writeTo(channel);
      channel.force(true);
    }
  }

  private static void discard(Path aside, Exception cause) {
    try {
      Files.deleteIfExists(aside);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Makes the new name itself durable; where folders cannot be opened, the rename has to do. */
  private static void syncFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows opens no folders; its file systems journal the rename by themselves.
    }
  }
}
