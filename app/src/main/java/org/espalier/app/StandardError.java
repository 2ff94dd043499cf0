package org.espalier.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * Takes standard error back from the launcher.
 *
 * <p>While it boots, Java writes a warning about the incubating Vector API to standard error, and
 * no option stops it. The launcher therefore starts Java with standard error closed and the real
 * one as another descriptor, whose number it passes in the property {@code espalier.stderr}.
 */
final class StandardError {

  private StandardError() {}

  /** Points {@link System#err} to the real standard error; without a launcher it already does. */
  static void restore() {
    var descriptor = Integer.getInteger("espalier.stderr");
    if (descriptor == null) {
      return;
    }
    try {
      var numbered = FileDescriptor.class.getDeclaredConstructor(int.class);
      numbered.setAccessible(true);
      var stream = new FileOutputStream(numbered.newInstance(descriptor));
      System.setErr(new PrintStream(stream, true, System.err.charset()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Java no longer opens files by descriptor", e);
    }
  }
}
