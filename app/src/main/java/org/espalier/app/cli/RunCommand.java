package org.espalier.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a network described by a recipe file. */
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Trains what a recipe file describes; options override its keys.",
      "With the folder of a run and --resume, goes on with that run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier run recipes/fashion-mnist-lenet-300-100-rigl.yaml",
      "  espalier run recipes/cifar-10-resnet-20-rigl.yaml --set method.sparsity=0.95 --epochs 2",
      "  espalier run runs/NAME --resume"
    })
final class RunCommand implements Runnable {
  @Parameters(
      paramLabel = "RECIPE",
      description = "Recipe file, YAML, or the folder of a run to go on with.")
  private Path source;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all random streams.")
  private @Nullable Long seed;

  @Mixin private RecipeOptions options;
  @Mixin private RunOptions run;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    var isRun = Files.isDirectory(source);
    var file = RecipeDraft.read(isRun ? new RunFolder(source).recipe() : source);
    var seeded = seed == null ? file : file.set("seed", seed);
    var recipe = UsageException.checking(() -> options.onto(seeded).resolve());
    var asked = run.folder().or(() -> Optional.of(source).filter(_ -> isRun));
    var result =
        new Training(output, tuning).run(recipe, Training.folder(recipe, asked), run.resume());
    output.text(Training.summary(result));
    output.result(result);
  }
}
