package org.espalier.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Theory beside what networks do. */
@Command(
    name = "lab",
    description = "Measures networks and their weights beside what theory says.",
    synopsisSubcommandLabel = "EXPERIMENT",
    mixinStandardHelpOptions = true,
    subcommands = {RateDistortionCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier lab rate-distortion",
      "  espalier lab rate-distortion --model runs/NAME --chart accuracy.svg"
    })
final class LabCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
