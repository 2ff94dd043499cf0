/** Trained networks for programs that only want their predictions. */
@NullMarked
package org.espalier.formats.runtime;

import org.jspecify.annotations.NullMarked;
