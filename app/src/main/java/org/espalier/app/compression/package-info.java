/** Finding the smallest file that is good enough. */
@NullMarked
package org.espalier.app.compression;

import org.jspecify.annotations.NullMarked;
