package org.espalier.formats.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a network makes of one sample. */
public final class Prediction {
  private final List<String> classes;
  private final float[] logits; // [class]
  private final double[] probabilities; // [class]

  Prediction(List<String> classes, float[] logits) {
    this.classes = classes;
    this.logits = logits;
    this.probabilities = softmax(logits);
  }

  /**
   * A class and how likely it is.
   *
   * @param label its number, from 0
   * @param name what the model calls it; its number where the model has no names
   * @param probability from 0 to 1
   */
  public record Guess(int label, String name, double probability) {}

  /** The outputs of the network, {@code [class]}. */
  public float[] logits() {
    return logits.clone();
  }

  /** Softmax of the logits, {@code [class]}. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** The number of the most likely class, from 0. */
  public int label() {
    return best().label();
  }

  /** The most likely class. */
  public Guess best() {
    return top(1).getFirst();
  }

  /** The {@code count} most likely classes, most likely first; all if there are fewer. */
  public List<Guess> top(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("the top " + count + ": expected 1 or more");
    }
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(label -> -logits[label])) // finer than probabilities
        .limit(count)
        .map(label -> new Guess(label, classes.get(label), probabilities[label]))
        .toList();
  }

  @Override
  public String toString() {
    return best().toString();
  }

  private static double[] softmax(float[] logits) {
    var largest = Double.NEGATIVE_INFINITY;
    for (var logit : logits) {
      largest = Math.max(largest, logit);
    }
    var probabilities = new double[logits.length];
    var sum = 0.0;
    for (var label = 0; label < logits.length; label++) {
      probabilities[label] = Math.exp(logits[label] - largest);
      sum += probabilities[label];
    }
    for (var label = 0; label < logits.length; label++) {
      probabilities[label] /= sum;
    }
    return probabilities;
  }
}
