/** The engine that runs on libtorch: the oracle, the dense baseline, and the way to a GPU. */
@NullMarked
package org.espalier.torch;

import org.jspecify.annotations.NullMarked;
