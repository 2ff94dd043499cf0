/** Networks rewritten for inference: the same function in fewer operations. */
@NullMarked
package org.espalier.engine.folding;

import org.jspecify.annotations.NullMarked;
