package org.espalier.app.run;

import org.espalier.app.recipe.Recipe;

/** How many threads compute. */
final class Threads {
  private Threads() {}

  /** The number the recipe gives, or one per processor. */
  static int count(Recipe recipe) {
    return recipe.threads() == 0 ? Runtime.getRuntime().availableProcessors() : recipe.threads();
  }
}
