package org.espalier.app.cli;

import org.espalier.app.recipe.RecipeDraft;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network described by options. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a network on a data set by a method.",
      "The recipe, completed by defaults, is printed first and kept in the folder of the run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier train --data glyphs --model lenet-300-100 --method dense --epochs 3",
      "  espalier train --data fashion-mnist --model lenet-300-100 --method rigl --sparsity 0.9 \\",
      "      --epochs 15 --seed 1 --json",
      "  espalier train --data cifar-10 --model resnet-20 --method rigl --sparsity 0.9 \\",
      "      --set method.distribution=erk --set learning-rate.schedule=step --out runs/first",
      "  espalier train --data cifar-10 --from resnet20.safetensors --method magnitude \\",
      "      --sparsity 0.9 --epochs 5 --lr 0.01"
    })
final class TrainCommand implements Runnable {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "NAME",
      description = "Data set; \"espalier data\" lists them.")
  private String data;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Architecture; \"espalier models\" lists them. Not needed with --from.")
  private @Nullable String model;

  @Option(
      names = "--from",
      paramLabel = "RUN_OR_FILE",
      description = "Trained network to start from, instead of random weights.")
  private @Nullable String from;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "NAME",
      description = "Way to a sparse network; \"espalier methods\" lists them.")
  private String method;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = "Fraction of prunable weights that are absent, 0 <= S < 1.")
  private @Nullable Double sparsity;

  @Option(
      names = "--block",
      paramLabel = "OxI",
      description =
          "Outputs x inputs whose weights come and go together, 1, 2 or 4 each, such as 2x2:"
              + " faster, and less free (default: 1x1).")
  private @Nullable String block;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all random streams.")
  private @Nullable Long seed;

  @Mixin private RecipeOptions recipe;
  @Mixin private RunOptions run;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    var draft = RecipeDraft.empty().set("data.name", data).set("method.name", method);
    if (model != null) {
      draft = draft.set("model", model);
    }
    if (from != null) {
      draft = draft.set("from.file", from);
    }
    if (sparsity != null) {
      draft = draft.set("method.sparsity", sparsity);
    }
    if (block != null) {
      draft = draft.set("method.block", block);
    }
    if (seed != null) {
      draft = draft.set("seed", seed);
    }
    var base = draft;
    var resolved = UsageException.checking(() -> recipe.onto(base).resolve());
    var result =
        new Training(output, tuning)
            .run(resolved, Training.folder(resolved, run.folder()), run.resume());
    output.text(Training.summary(result));
    output.result(result);
  }
}
