package org.espalier.data.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;

/**
 * Fetches published files. What arrives is kept in {@code NAME.part} beside the target, so that a
 * broken download goes on where it stopped, in this process or a later one; the target appears only
 * when size and checksum are right.
 */
final class Download {
  private static final int ATTEMPTS = 3;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Duration patience;
  private final DownloadProgress progress;

  Download(DownloadProgress progress) {
    this(progress, Duration.ofSeconds(30));
  }

  /** Gives up an address that sends nothing for as long as {@code patience}. */
  Download(DownloadProgress progress, Duration patience) {
    this.progress = progress;
    this.patience = patience;
  }

  /**
   * Makes {@code target} the file; one that is there already, perhaps put there by hand, has to be
   * right. For one process at a time.
   */
  void fetch(RemoteFile file, Path target) {
    try {
      if (!Files.exists(target)) {
        fetchAbsent(file, target);
        return;
      }
      var mismatch = mismatch(file, target);
      if (!mismatch.isEmpty()) {
        throw new EspalierException(target + ": " + mismatch);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot write " + target + ": " + DurableFile.reason(e), e);
    }
  }

  private void fetchAbsent(RemoteFile file, Path target) throws IOException {
    var part = target.resolveSibling(file.name() + ".part");
    var failure = new EspalierException(file.name() + ": no address to download it from");
    for (var address : file.addresses()) {
      try {
        fetchFrom(address, file, part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (EspalierException e) {
        e.addSuppressed(failure);
        failure = e;
      }
    }
    throw failure;
  }

  private void fetchFrom(URI address, RemoteFile file, Path part) throws IOException {
    var resumed = Files.exists(part);
    complete(address, file, part);
    if (resumed && !mismatch(file, part).isEmpty()) {
      Files.delete(part); // what an earlier process left was no good: once more from the start
      complete(address, file, part);
    }
    var mismatch = mismatch(file, part);
    if (!mismatch.isEmpty()) {
      Files.delete(part);
      throw new EspalierException(address + ": " + mismatch);
    }
    try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Tries one address until the part is complete; each attempt goes on where the last one broke.
   */
  private void complete(URI address, RemoteFile file, Path part) {
    for (var attempt = 1; ; attempt++) {
      try (var client =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build()) {
        try {
          attempt(client, address, file, part);
          return;
        } finally {
          client.shutdownNow(); // a stalled exchange must not hold up close()
        }
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new EspalierException(address + ": " + reason(e), e);
        }
      }
    }
  }

  private void attempt(HttpClient client, URI address, RemoteFile file, Path part)
      throws IOException {
    var have = Files.exists(part) ? Files.size(part) : 0;
    if (have > file.size()) {
      Files.delete(part);
      have = 0;
    }
    if (have == file.size()) {
      return;
    }
    var start = have;
    var request = HttpRequest.newBuilder(address).timeout(patience);
    if (start > 0) {
      request.header("Range", "bytes=" + start + "-");
    }
    var response =
        client.sendAsync(request.build(), info -> receive(info, address, file, part, start));
    await(response.thenApply(_ -> part), address, file, part);
    if (Files.size(part) < file.size()) {
      throw new IOException("the connection broke off");
    }
  }

  private static BodySubscriber<Path> receive(
      ResponseInfo info, URI address, RemoteFile file, Path part, long start) {
    var status = info.statusCode();
    var resumed = status == 206 && resumesAt(info, start);
    if (status != 200 && !resumed) {
      return refuse(status, address, part);
    }
    var total =
        info.headers()
                .firstValueAsLong("Content-Length")
                .orElse(file.size() - (resumed ? start : 0))
            + (resumed ? start : 0);
    if (total != file.size()) {
      throw new EspalierException(
          "%s: %d bytes, expected %d".formatted(address, total, file.size()));
    }
    return resumed
        ? BodySubscribers.ofFile(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
        : BodySubscribers.ofFile(
            part,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** A partial answer that does not fit, or a server in trouble, is worth another attempt. */
  private static BodySubscriber<Path> refuse(int status, URI address, Path part) {
    if (status != 206 && status != 416 && status < 500) {
      throw new EspalierException(address + ": status " + status + ", expected 200");
    }
    try {
      if (status < 500) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot delete " + part + ": " + DurableFile.reason(e), e);
    }
    throw new UncheckedIOException(new IOException("status " + status));
  }

  private static boolean resumesAt(ResponseInfo info, long start) {
    return info.headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + start + "-"))
        .isPresent();
  }

  /** Waits for the body, watching that it grows and does not outgrow the file. */
  private void await(CompletableFuture<Path> body, URI address, RemoteFile file, Path part)
      throws IOException {
    var last = -1L;
    var lastGrowth = System.nanoTime();
    while (true) {
      try {
        body.get(Math.min(200, patience.toMillis()), TimeUnit.MILLISECONDS);
        progress.arrived(file.name(), Files.size(part), file.size());
        return;
      } catch (TimeoutException e) {
        var size = Files.exists(part) ? Files.size(part) : 0;
        progress.arrived(file.name(), size, file.size());
        if (size != last) {
          last = size;
          lastGrowth = System.nanoTime();
        } else if (System.nanoTime() - lastGrowth > patience.toNanos()) {
          throw new IOException("nothing arrived for " + patience.toSeconds() + " s", e);
        }
        if (size > file.size()) {
          Files.delete(part);
          throw new EspalierException(
              "%s: more than the expected %d bytes".formatted(address, file.size()), e);
        }
      } catch (ExecutionException e) {
        throw cause(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EspalierException("interrupted while downloading " + address, e);
      }
    }
  }

  /** The client wraps what a body handler throws, sometimes in several layers. */
  private static IOException cause(ExecutionException e) {
    Throwable deepest = e;
    for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof EspalierException ours) {
        throw ours;
      }
      deepest = cause;
    }
    if (e.getCause() instanceof IOException direct) {
      return direct;
    }
    return deepest instanceof IOException wrapped ? wrapped : new IOException(deepest);
  }

  /** How {@code part} differs from what was published; empty if it does not. */
  private static String mismatch(RemoteFile file, Path part) throws IOException {
    var size = Files.size(part);
    var checksum = checksum(file.algorithm(), part);
    return size == file.size() && checksum.equals(file.checksum())
        ? ""
        : "%d bytes with %s %s, expected %d bytes with %s"
            .formatted(size, file.algorithm(), checksum, file.size(), file.checksum());
  }

  private static String checksum(String algorithm, Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance(algorithm);
      var buffer = new byte[1 << 16];
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case HttpConnectTimeoutException _ -> "no connection within " + CONNECT.toSeconds() + " s";
      case ConnectException _ -> "no connection";
      default -> DurableFile.reason(e);
    };
  }
}
