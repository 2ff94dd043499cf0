/** Tensors, masks, kernels, layers, executors, optimizers and the training loop. */
@NullMarked
package org.espalier.engine;

import org.jspecify.annotations.NullMarked;
