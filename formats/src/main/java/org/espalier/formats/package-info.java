/** Files of models and arrays: safetensors and its neighbours. */
@NullMarked
package org.espalier.formats;

import org.jspecify.annotations.NullMarked;
