/** Threads that share one step. */
@NullMarked
package org.espalier.engine.parallel;

import org.jspecify.annotations.NullMarked;
