/** Successive refinement of weights: pruning and compression by one embedded stream. */
@NullMarked
package org.espalier.formats.surp;

import org.jspecify.annotations.NullMarked;
