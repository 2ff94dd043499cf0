/** Data sets as values: what was read, held compactly, ready to be turned into batches. */
@NullMarked
package org.espalier.data;

import org.jspecify.annotations.NullMarked;
