package org.espalier.engine.kernels;

/**
 * What a dense weight gradient sums up before a store: {@code count} runs of {@code length} vectors
 * (image rows, or batch groups).
 *
 * @param xStep bytes between the vectors of a run of the operand, {@code xRun} between runs
 * @param dyRow bytes between the rows of the output gradient, one for each row of weights
 */
public record Runs(
    int count, int length, long xStep, long xRun, long dyRow, long dyStep, long dyRun) {}
