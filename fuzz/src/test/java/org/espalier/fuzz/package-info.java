/** Every reader under inputs that a fuzzer invents. */
@NullMarked
package org.espalier.fuzz;

import org.jspecify.annotations.NullMarked;
