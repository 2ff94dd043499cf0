package org.espalier.app.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.espalier.engine.files.DurableFile;

/**
 * A page that needs nothing but itself: its policy allows its own style sheet, named by hash, and
 * nothing else, so it can be mailed, archived and served anywhere.
 *
 * @param title plain text
 * @param subtitle plain text
 * @param body HTML
 */
record Page(String title, String subtitle, String body) {
  private static final String STYLE = resource("report.css");

  /** The style sheet of all pages. */
  static String style() {
    return STYLE;
  }

  void write(Path target) {
    DurableFile.write(target, html());
  }

  String html() {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <header>
    <h1>%s</h1>
    <p>%s</p>
    </header>
    <main>
    %s</main>
    </body>
    </html>
    """
        .formatted(
            sha256(STYLE),
            Html.escape(title),
            STYLE,
            Html.escape(title),
            Html.escape(subtitle),
            body);
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (var in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
