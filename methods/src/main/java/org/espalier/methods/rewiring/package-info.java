/** Topology updates during training: when, how many weights, which go and which come. */
@NullMarked
package org.espalier.methods.rewiring;

import org.jspecify.annotations.NullMarked;
