package org.espalier.formats.surp;

/**
 * The weights of a tensor that are not zero.
 *
 * @param positions ascending
 * @param values as many as positions
 */
public record SparseWeights(long[] positions, float[] values) {}
