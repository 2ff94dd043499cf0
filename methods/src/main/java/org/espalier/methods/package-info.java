/** Published ways to get a sparse network, one small file each; see {@link Methods}. */
@NullMarked
package org.espalier.methods;

import org.jspecify.annotations.NullMarked;
