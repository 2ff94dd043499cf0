/** Reading the settings of a method from a recipe, with errors that name the key. */
@NullMarked
package org.espalier.methods.settings;

import org.jspecify.annotations.NullMarked;
