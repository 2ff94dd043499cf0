package org.espalier.engine.training;

/**
 * Means over the batches of one epoch, each with the weights of its moment.
 *
 * @param epoch number of the epoch, from 1
 * @param step optimizer steps since the start of training
 * @param samples batches that a method spent on rewiring included
 * @param loss mean loss per sample
 * @param accuracy share of samples whose largest logit was that of their label
 */
public record EpochSummary(long epoch, long step, long samples, double loss, double accuracy) {}
