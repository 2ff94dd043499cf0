/** Off-heap memory as the kernels want it. */
@NullMarked
package org.espalier.engine.memory;

import org.jspecify.annotations.NullMarked;
