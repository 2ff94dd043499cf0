package org.espalier.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures this machine: dense and sparse side by side, in one process, losing cases included. */
@Command(
    name = "bench",
    description =
        "Measures kernels, training steps and inference, dense and sparse side by side; and"
            + " codecs.",
    synopsisSubcommandLabel = "BENCHMARK",
    mixinStandardHelpOptions = true,
    subcommands = {
      KernelBenchCommand.class,
      StepBenchCommand.class,
      LayersBenchCommand.class,
      ProfileBenchCommand.class,
      InferenceBenchCommand.class,
      ScaleBenchCommand.class,
      CodecBenchCommand.class,
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier bench kernels",
      "  espalier bench step --model vgg-16-bn --batch 64 --sparsity 0.9 --json",
      "  espalier bench inference --model resnet-20 --batch 1,16,64",
      "  espalier bench scale",
      "  espalier bench codecs",
      "%nNothing else should run on the machine meanwhile."
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
