package org.espalier.engine.training;

/**
 * Where training stands between two iterations.
 *
 * @param lossSum over the samples of the running epoch, of the loss of each
 * @param correct of the same samples
 */
record TrainingState(long step, long iteration, double lossSum, long correct, long samples) {}
