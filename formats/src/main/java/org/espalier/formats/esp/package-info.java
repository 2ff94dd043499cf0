/** Compressed networks in one file, {@code .esp}. */
@NullMarked
package org.espalier.formats.esp;

import org.jspecify.annotations.NullMarked;
