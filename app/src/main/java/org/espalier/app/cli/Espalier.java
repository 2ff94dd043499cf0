package org.espalier.app.cli;

import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that has all others. */
@Command(
    name = "espalier",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Trains neural networks whose sparsity is real: time and memory follow the non-zeros.",
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      RunCommand.class,
      CompareCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      InspectCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      CompressCommand.class,
      DecompressCommand.class,
      MethodsCommand.class,
      ModelsCommand.class,
      DataCommand.class,
      GenerateCompletion.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier quickstart",
      "  espalier train --data fashion-mnist --model lenet-300-100 --method rigl --sparsity 0.9",
      "  espalier run recipes/cifar-10-resnet-20-rigl.yaml --set method.sparsity=0.95",
      "  espalier evaluate runs/NAME",
      "%nExit codes: 0 done, 1 failed, 2 bad usage."
    })
public final class Espalier implements Runnable {
  @Spec private CommandSpec spec;

  private Espalier() {}

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    var line = new CommandLine(new Espalier());
    for (var provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(line::addSubcommand);
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Failures::badUsage)
        .setExecutionExceptionHandler(Failures::failed)
        .setExecutionStrategy(Espalier::runLast);
  }

  private static int runLast(CommandLine.ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      return Failures.failed(e, parsed.commandSpec().commandLine());
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
