package org.espalier.engine.executor;

import org.jspecify.annotations.Nullable;

/**
 * An input of an operation: the activation it reads and where its gradient goes.
 *
 * @param gradient absent where nothing upstream is trained
 * @param accumulate whether another consumer has written the gradient already
 */
record Slot(Tensor value, @Nullable Tensor gradient, boolean accumulate) {}
