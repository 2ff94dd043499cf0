/** Recipes: everything that determines a run, read strictly and resolved before anything starts. */
@NullMarked
package org.espalier.app.recipe;

import org.jspecify.annotations.NullMarked;
