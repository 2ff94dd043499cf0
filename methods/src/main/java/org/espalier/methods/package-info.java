/** Published ways to get a sparse network, one file each. */
@NullMarked
package org.espalier.methods;

import org.jspecify.annotations.NullMarked;
