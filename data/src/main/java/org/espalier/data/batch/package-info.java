/** From samples to batches: order, augmentation, normalisation, prefetch. */
@NullMarked
package org.espalier.data.batch;

import org.jspecify.annotations.NullMarked;
