package org.espalier.app.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a run's folder; the system lets go of it when a process dies. */
final class RunLock implements AutoCloseable {
  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks the folder until closed.
   *
   * @throws EspalierException if somebody else has it
   */
  static RunLock of(RunFolder folder) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return new RunLock(channel);
      }
    } catch (OverlappingFileLockException _) {
      // Another thread of this process has it: refused below like another process.
    } catch (IOException e) {
      close(channel);
      throw new EspalierException("cannot lock " + folder + ": " + DurableFile.reason(e), e);
    }
    close(channel);
    throw new EspalierException(folder + " is in use by another process");
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException _) {
      // Nothing was written through it, and the end of the process releases what this could not.
    }
  }
}
