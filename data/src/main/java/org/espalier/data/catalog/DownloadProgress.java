package org.espalier.data.catalog;

/** Told now and then how far a download has come. */
@FunctionalInterface
public interface DownloadProgress {
  /** Tells nobody. */
  DownloadProgress SILENT = (_, _, _) -> {};

  /** {@code bytes} of {@code total} bytes of {@code file} have arrived. */
  void arrived(String file, long bytes, long total);
}
