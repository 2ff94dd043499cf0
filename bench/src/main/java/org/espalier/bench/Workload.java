package org.espalier.bench;

import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured, and with how many threads: options that benchmarks of a model share. */
final class Workload {
  @Option(
      names = "--model",
      defaultValue = "vgg-16-bn",
      description = "Model, see 'espalier models' (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--input",
      description = "Shape of a sample (default: 1x28x28 for mlp and lenet models, else 3x32x32).")
  private @Nullable String input;

  @Option(
      names = "--classes",
      defaultValue = "10",
      description = "Classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Samples per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--threads", description = "Threads (default: all cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  String model() {
    return model;
  }

  String input() {
    return input == null ? Inputs.usual(model) : input;
  }

  int batch() {
    return batch;
  }

  int threads() {
    return threads;
  }

  /** The network, once the options make sense. */
  Network network() {
    UsageException.requireAtLeast(1, "--classes", classes);
    UsageException.requireAtLeast(1, "--batch", batch);
    UsageException.requireAtLeast(1, "--threads", threads);
    return UsageException.checking(() -> Models.named(model, Inputs.shape(input()), classes));
  }
}
