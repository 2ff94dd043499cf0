/**
 * Readers of data set files. Each checks a file before it trusts it, allocates no more than the
 * file can hold, and reports what is wrong as one line that names the file, the value and what was
 * expected.
 */
@NullMarked
package org.espalier.data.format;

import org.jspecify.annotations.NullMarked;
