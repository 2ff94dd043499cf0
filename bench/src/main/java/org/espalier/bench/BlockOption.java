package org.espalier.bench;

import picocli.CommandLine.Option;

/** In which blocks weights come and go: an option that benchmarks of networks share. */
final class BlockOption {
  @Option(
      names = "--block",
      defaultValue = "1x1",
      description =
          "Blocks of weights, outputs by inputs of 1, 2 or 4 each, such as 2x1 (default:"
              + " ${DEFAULT-VALUE}).")
  private String block;

  /** As the user typed it. */
  String text() {
    return block;
  }
}
