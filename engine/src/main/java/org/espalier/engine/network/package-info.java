/** Networks as values: layers, shapes, the graph, its table and its cost. */
@NullMarked
package org.espalier.engine.network;

import org.jspecify.annotations.NullMarked;
