package org.espalier.bench;

import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Network;
import org.espalier.methods.Prepared;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which weights are absent: options that benchmarks of one sparse model share. */
final class MaskOptions {
  @Option(
      names = "--sparsity",
      defaultValue = "0.9",
      description = "Fraction of absent weights, at random places (default: ${DEFAULT-VALUE}).")
  private double sparsity;

  @Option(
      names = "--distribution",
      defaultValue = "erk",
      description = "Layerwise distribution: erk or uniform (default: ${DEFAULT-VALUE}).")
  private String distribution;

  @Mixin private BlockOption block;

  double sparsity() {
    return sparsity;
  }

  String distribution() {
    return distribution;
  }

  String block() {
    return block.text();
  }

  /** The masks of a network, once the options make sense. */
  Prepared masks(Network network) {
    return UsageException.checking(() -> Masks.of(network, sparsity, distribution, block.text()));
  }
}
