/** The embedded data set: characters drawn by the program itself. */
@NullMarked
package org.espalier.data.glyphs;

import org.jspecify.annotations.NullMarked;
