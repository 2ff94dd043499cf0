/** One training step as data: batches, the loop, its hooks and its checkpoints. */
@NullMarked
package org.espalier.engine.training;

import org.jspecify.annotations.NullMarked;
