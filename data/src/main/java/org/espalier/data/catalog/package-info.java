/** Data sets by name: found on this machine, or else downloaded from their publishers. */
@NullMarked
package org.espalier.data.catalog;

import org.jspecify.annotations.NullMarked;
