package org.espalier.app;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.engine.files.DurableFile;
import org.jspecify.annotations.Nullable;

/** Standard output that remembers what print streams swallow: that it could not be written. */
final class StandardOutput extends OutputStream {
  // Of st_mode, see inode(7).
  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  private final OutputStream descriptor = new FileOutputStream(FileDescriptor.out);
  private @Nullable IOException failure;

  private StandardOutput() {}

  /** Puts itself in the place of {@link System#out}. */
  static StandardOutput watch() {
    var output = new StandardOutput();
    System.setOut(new PrintStream(new BufferedOutputStream(output), true, System.out.charset()));
    return output;
  }

  /**
   * Why not everything was written, for instance because a disk is full. A reader that wants no
   * more, such as {@code head}, is no failure.
   */
  Optional<String> failure() {
    System.out.flush();
    return Optional.ofNullable(failure).filter(_ -> !pipe()).map(DurableFile::reason);
  }

  /** Whether somebody reads this as it comes: there nothing fails but the reader. */
  private static boolean pipe() {
    try {
      return Files.getAttribute(Path.of("/dev/stdout"), "unix:mode") instanceof Integer mode
          && ((mode & FILE_TYPE) == FIFO || (mode & FILE_TYPE) == SOCKET);
    } catch (IOException | UnsupportedOperationException _) {
      return false; // where there is no such name, every failure is told
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      descriptor.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
