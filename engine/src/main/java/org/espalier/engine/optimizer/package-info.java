/** Optimizers on stored weights only, and learning-rate schedules. */
@NullMarked
package org.espalier.engine.optimizer;

import org.jspecify.annotations.NullMarked;
