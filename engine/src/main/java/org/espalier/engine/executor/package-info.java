/** Networks compiled for one batch size, ready to step. */
@NullMarked
package org.espalier.engine.executor;

import org.jspecify.annotations.NullMarked;
