/** Random streams split by purpose. */
@NullMarked
package org.espalier.engine.random;

import org.jspecify.annotations.NullMarked;
