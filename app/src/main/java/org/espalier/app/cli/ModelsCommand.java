package org.espalier.app.cli;

import org.espalier.engine.network.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the models. */
@Command(
    name = "models",
    description = "Lists the models: standard architectures, made for any shape of samples.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier models",
      "  espalier train --data glyphs --model mlp:1024x1024 --method rigl --sparsity 0.95"
    })
final class ModelsCommand implements Runnable {
  @Mixin private Output output;

  @Override
  public void run() {
    var models = Models.all();
    if (output.json()) {
      output.result(models);
      return;
    }
    var table = new Table("model", "what it is", "source");
    models.forEach(model -> table.row(model.pattern(), model.summary(), model.source()));
    output.text(table.toString());
  }
}
