package org.espalier.engine.parameter;

import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;

/**
 * The unit in which weights of a parameter come and go, written {@code 2x1}: so many outputs by so
 * many inputs, for a convolution at one tap of its kernel.
 *
 * <p>Weights of one input share its activations in a product, weights of one output share the
 * gradient of that output: larger units make sparse products faster. Nothing but the choice of
 * active positions knows of blocks; a topology stays a set of single weights.
 *
 * @param rows outputs: 1, 2 or 4
 * @param columns inputs: 1, 2 or 4
 */
public record Block(int rows, int columns) {
  /** Every weight by itself. */
  public static final Block SINGLE = new Block(1, 1);

  /** The largest extent. */
  public static final int MOST = 4;

  private static final Pattern WRITTEN = Pattern.compile("([124])x([124])");

  public Block {
    if (!allowed(rows) || !allowed(columns)) {
      throw new IllegalArgumentException(
          "block of " + rows + "×" + columns + ": expected 1, 2 or 4 in each direction");
    }
  }

  private static boolean allowed(int extent) {
    return extent == 1 || extent == 2 || extent == 4;
  }

  /**
   * Reads a block such as {@code 2x1}.
   *
   * @throws EspalierException if it is not written like that
   */
  public static Block parse(String text) {
    var matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      throw new EspalierException(
          "block " + text + ": expected OUTPUTSxINPUTS of 1, 2 or 4 each, such as 2x1");
    }
    return new Block(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Weights in a block. */
  public int size() {
    return rows * columns;
  }

  /**
   * The block that a parameter can really have: an extent that does not divide its outputs, or its
   * inputs, becomes 1; weights of grouped convolutions, whose rows see different inputs, go one by
   * one.
   */
  public Block within(ParameterSpec spec) {
    return spec.groups() > 1
        ? SINGLE
        : new Block(
            spec.outputs() % rows == 0 ? rows : 1, spec.inputs() % columns == 0 ? columns : 1);
  }

  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
