/** Kernels and training steps measured beside their dense twins. */
@NullMarked
package org.espalier.bench;

import org.jspecify.annotations.NullMarked;
