package org.espalier.engine.executor;

/**
 * The largest gradients among the absent weights of one parameter (RigL's growth scores), streamed
 * out of the dense gradient without ever holding it whole.
 *
 * @param positions by |gradient| descending, ties by position ascending
 * @param gradients signed, beside their positions
 */
public record AbsentGradients(long[] positions, float[] gradients) {}
