package org.espalier.engine.network;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;

/**
 * Networks as text, one line per node, exactly there and back: the form in which model files keep
 * them.
 *
 * <pre>
 * network 1
 * name lenet-300-100
 * input 1x28x28
 * flatten: flatten &lt;- input
 * fc1: linear outputs=300 bias=true &lt;- flatten
 * </pre>
 *
 * <p>The number in the first line is the version of the format. Shapes are inferred when it is
 * read.
 */
public final class NetworkText {
  private static final String HEADER = "network 1";
  private static final Pattern NAME = Pattern.compile("name (.*)");
  private static final Pattern INPUT = Pattern.compile("input (\\d{1,9})x(\\d{1,9})x(\\d{1,9})");
  private static final Pattern NODE = Pattern.compile("([^: ]+): ([^<]+) <- ([^<]+)");
  private static final int QUOTED = 60;

  private NetworkText() {}

  /** The text form; every line ends with a line feed. */
  public static String write(Network network) {
    var text = new StringBuilder(HEADER).append('\n');
    var in = network.input();
    text.append("name ").append(network.name()).append('\n');
    text.append("input ").append(in.channels());
    text.append('x').append(in.height()).append('x').append(in.width()).append('\n');
    for (var node : network.nodes()) {
      text.append(node.name()).append(": ").append(LayerText.write(node.layer()));
      text.append(" <- ").append(String.join(" ", node.inputs())).append('\n');
    }
    return text.toString();
  }

  /**
   * The network that {@link #write} wrote; memory is bounded by the length of the text.
   *
   * @throws EspalierException naming the first line that is malformed or does not fit
   */
  public static Network parse(String text) {
    return new Reader(text).network();
  }

  /** Walks over the lines and knows where it is, for its errors. */
  private static final class Reader {
    private final String[] lines;
    private int number;

    Reader(String text) {
      lines = text.split("\n", -1);
    }

    Network network() {
      try {
        var header = next();
        if (!header.equals(HEADER)) {
          throw unexpected(header, "'" + HEADER + "'");
        }
        var name = match(NAME, "'name …'").group(1);
        var builder = NetworkBuilder.of(name, input());
        while (!(number == lines.length - 1 && lines[number].isEmpty())) {
          node(builder);
        }
        return builder.build();
      } catch (EspalierException e) {
        throw new EspalierException("network text, line " + number + ": " + e.getMessage(), e);
      }
    }

    private Shape input() {
      var extents = match(INPUT, "'input CHANNELSxHEIGHTxWIDTH'");
      var channels = Integer.parseInt(extents.group(1));
      var height = Integer.parseInt(extents.group(2));
      var width = Integer.parseInt(extents.group(3));
      if (channels < 1 || height < 1 || width < 1) {
        throw unexpected(extents.group(), "extents of at least 1");
      }
      return new Shape(channels, height, width);
    }

    private void node(NetworkBuilder builder) {
      var parts = match(NODE, "'NAME: LAYER <- INPUTS'");
      builder.node(parts.group(1), LayerText.parse(parts.group(2)), parts.group(3).split(" ", -1));
    }

    private MatchResult match(Pattern pattern, String expected) {
      var line = next();
      var matcher = pattern.matcher(line);
      if (!matcher.matches()) {
        throw unexpected(line, expected);
      }
      return matcher.toMatchResult();
    }

    private String next() {
      if (number == lines.length) {
        throw new EspalierException("the text ends too early");
      }
      return lines[number++];
    }

    private static EspalierException unexpected(String line, String expected) {
      var start = line.length() > QUOTED ? line.substring(0, QUOTED) + "…" : line;
      var quoted = start.replaceAll("\\p{Cntrl}", "?");
      return new EspalierException("'" + quoted + "', expected " + expected);
    }
  }
}
