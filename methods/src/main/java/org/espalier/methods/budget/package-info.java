/** How many weights of each layer are active, and where a random mask puts them. */
@NullMarked
package org.espalier.methods.budget;

import org.jspecify.annotations.NullMarked;
