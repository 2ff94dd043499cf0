package org.espalier.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;

/** The folder of one run, and which file in it is what. */
public record RunFolder(Path path) {

  /** The resolved recipe. */
  public Path recipe() {
    return path.resolve("recipe.yaml");
  }

  /** One JSON object per epoch. */
  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /** All that a resumed run needs to continue bit for bit. */
  public Path checkpoint() {
    return path.resolve("checkpoint.esp-ckpt");
  }

  /** The trained network; there only when training is over. */
  public Path model() {
    return path.resolve("model.safetensors");
  }

  /** The figures of a finished run; written last. */
  public Path result() {
    return path.resolve("result.json");
  }

  /** Curves and costs for a browser. */
  public Path report() {
    return path.resolve("report.html");
  }

  public boolean started() {
    return Files.exists(recipe());
  }

  public boolean finished() {
    return Files.exists(result());
  }

  /**
   * The recipe this run was started with.
   *
   * @throws EspalierException if the folder holds no run
   */
  public Recipe readRecipe() {
    if (!started()) {
      throw new EspalierException(path + ": expected the folder of a run, with a recipe.yaml");
    }
    var draft = RecipeDraft.read(recipe());
    try {
      return draft.resolve();
    } catch (EspalierException e) {
      throw new EspalierException(recipe() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a folder with other people's files in it.
   *
   * @throws EspalierException if it is there and not empty
   */
  void requireEmpty() {
    if (!Files.exists(path)) {
      return;
    }
    // A run killed at its very beginning leaves its lock or half a recipe, both hidden files.
    try (var files = Files.list(path)) {
      if (files.anyMatch(file -> !file.getFileName().toString().startsWith("."))) {
        throw new EspalierException(
            path + " is not empty and holds no run, expected a new folder for this one");
      }
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
