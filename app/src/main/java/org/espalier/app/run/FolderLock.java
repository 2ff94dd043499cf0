package org.espalier.app.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a folder; the system lets go of it when a process dies. */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder, with parents, where there is none, and locks it until closed.
   *
   * @throws EspalierException if somebody else has it
   */
  public static FolderLock of(Path folder) {
    create(folder);
    var file = folder.resolve(".lock");
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return new FolderLock(channel);
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

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EspalierException(
          "cannot make the folder " + folder + ": " + DurableFile.reason(e), e);
    }
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
