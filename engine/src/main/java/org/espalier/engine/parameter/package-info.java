/** Parameters, their topology (mask) and the three ways to store them. */
@NullMarked
package org.espalier.engine.parameter;

import org.jspecify.annotations.NullMarked;
