package org.espalier.app.cli;

import java.nio.file.Path;
import org.espalier.data.catalog.DatasetCatalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the data sets. */
@Command(
    name = "data",
    description = {
      "Lists the data sets and where they are on this machine.",
      "A published one that is nowhere is downloaded when first used."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  espalier data", "  espalier data --data-dir /data --json"})
final class DataCommand implements Runnable {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder to look for data in first; else ESPALIER_DATA, then the user cache.")
  private @Nullable Path folder;

  @Mixin private Output output;

  /** A data set as {@code --json} lists it. */
  record Listed(String name, String description, String source, String place) {}

  @Override
  public void run() {
    var catalog = Training.catalog(folder == null ? "" : folder.toString(), output);
    var listed = catalog.entries().stream().map(entry -> listed(catalog, entry)).toList();
    if (output.json()) {
      output.result(listed);
      return;
    }
    var table = new Table("data", "what it is", "source", "where");
    listed.forEach(it -> table.row(it.name(), it.description(), it.source(), it.place()));
    output.text(table.toString());
  }

  private static Listed listed(DatasetCatalog catalog, DatasetCatalog.Entry entry) {
    var place =
        catalog
            .locate(entry.name())
            .map(Path::toString)
            .orElse(entry.published() ? "downloaded on first use" : "");
    return new Listed(entry.name(), entry.description(), entry.source(), place);
  }
}
