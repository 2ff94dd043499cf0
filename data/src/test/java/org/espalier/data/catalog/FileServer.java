package org.espalier.data.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher on the loopback interface that serves one file and can be made to misbehave. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final byte[] content;

  /** How many of the coming answers break off halfway through what they announced. */
  final AtomicInteger cuts = new AtomicInteger();

  /** The Range header of each request so far, empty where there was none. */
  final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  /** The status of answers, if not the right one. */
  volatile int status;

  /** Ignores ranges, as some servers do. */
  volatile boolean wholeOnly;

  FileServer(byte[] content) {
    this.content = content.clone();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    var address = server.getAddress();
    return URI.create(
        "http://%s:%d/file".formatted(address.getAddress().getHostAddress(), address.getPort()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var range = exchange.getRequestHeaders().getFirst("Range");
      ranges.add(range == null ? "" : range);
      if (status != 0) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      var start =
          range == null || wholeOnly
              ? 0
              : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      if (start > 0) {
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
      }
      exchange.sendResponseHeaders(start > 0 ? 206 : 200, content.length - start);
      var cut = cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      var length = cut ? (content.length - start) / 2 : content.length - start;
      exchange.getResponseBody().write(content, start, length);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
