package org.espalier.app.cli;

import java.util.List;
import java.util.Locale;
import org.espalier.methods.MethodEntry;
import org.espalier.methods.Methods;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the methods. */
@Command(
    name = "methods",
    description = "Lists the methods: ways to get a sparse network, each with its paper.",
    footerHeading = "%nExamples:%n",
    footer = {"  espalier methods", "  espalier methods --json"})
final class MethodsCommand implements Runnable {
  @Mixin private Output output;

  /** A method as {@code --json} lists it. */
  record Listed(String name, String family, String storage, String paper, String summary) {
    static Listed of(MethodEntry entry) {
      return new Listed(
          entry.name(),
          entry.family(),
          entry.storage().name().toLowerCase(Locale.ROOT),
          entry.paper(),
          entry.summary());
    }
  }

  @Override
  public void run() {
    var methods = Methods.all().stream().map(Listed::of).toList();
    if (output.json()) {
      output.result(methods);
    } else {
      output.text(text(methods));
    }
  }

  private static String text(List<Listed> methods) {
    var table = new Table("method", "family", "storage", "paper", "");
    for (var method : methods) {
      table.row(method.name(), method.family(), method.storage(), method.paper(), method.summary());
    }
    return table.toString();
  }
}
