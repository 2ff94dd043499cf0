/** Runs: a recipe executed in a folder, from the plan to the result, resumable at any moment. */
@NullMarked
package org.espalier.app.run;

import org.jspecify.annotations.NullMarked;
