/** Data sets, batches and augmentation. */
@NullMarked
package org.espalier.data;

import org.jspecify.annotations.NullMarked;
