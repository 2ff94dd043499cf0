/** What model files hold, tensor by tensor: sizes, entropies, distributions of the weights. */
@NullMarked
package org.espalier.app.inspect;

import org.jspecify.annotations.NullMarked;
