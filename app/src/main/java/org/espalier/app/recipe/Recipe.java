package org.espalier.app.recipe;

import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.Initialiser;
import org.espalier.engine.training.Duration;

/**
 * Everything that determines a run, resolved: no key is left to a default.
 *
 * <p>Two recipes with the same {@linkplain Fingerprint fingerprint} give the same bits.
 *
 * @param name label of the run's folder; not part of the fingerprint
 * @param model name of a standard architecture, such as {@code lenet-300-100}, or of the network in
 *     the file it starts from
 * @param from the trained network to start from, if any
 * @param duration of training, such as {@code 15ep} or {@code 500it}
 * @param batch samples per step
 * @param engine what computes; the bits depend on it
 * @param initialisation the rule that draws the first weights
 * @param seed of all random streams
 * @param threads that compute, 0 for one per processor; the bits of engine {@code cpu} do not
 *     depend on it
 * @param checkpoint interval, such as {@code 1ep}, {@code 500it} or {@code 10min}
 */
public record Recipe(
    String name,
    DataChoice data,
    String model,
    StartChoice from,
    MethodChoice method,
    String duration,
    int batch,
    OptimizerChoice optimizer,
    LearningRateChoice learningRate,
    LossChoice loss,
    Initialiser initialisation,
    EngineChoice engine,
    long seed,
    int threads,
    String checkpoint) {

  public Recipe {
    Duration.parse(duration);
    if (batch < 1) {
      throw new EspalierException("batch " + batch + ": expected 1 or more samples");
    }
    if (threads < 0) {
      throw new EspalierException(
          "threads " + threads + ": expected 1 or more, or 0 for one per processor");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*")) {
      throw new EspalierException(
          "name \"" + name + "\": expected letters, digits, '.', '_', '+' and '-' only");
    }
  }

  /** How long one usually trains this model on these data; a trial run projects its time to it. */
  public Duration usualDuration() {
    return Duration.parse(Defaults.duration(data.name(), model));
  }

  /** The name of the folder of this run, unique for what determines it. */
  public String folderName() {
    return name + "-" + Fingerprint.of(this).substring(0, 8) + "-s" + seed;
  }
}
