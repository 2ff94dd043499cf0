package org.espalier.bench;

import java.util.List;
import org.espalier.engine.network.Models;

/** A program that makes a few steps of one side and tells what memory they took. */
final class StepProcess {
  private static final int STEPS = 3;

  private StepProcess() {}

  /**
   * One side of a race, as words that another process understands.
   *
   * @param opponent {@link Opponent} by name, or {@link #OURS}
   */
  record Side(
      String opponent,
      String layout,
      String model,
      String input,
      int classes,
      int batch,
      double sparsity,
      String distribution,
      String block,
      int threads) {
    /** The sparse network in our engine. */
    static final String OURS = "espalier";

    List<String> arguments() {
      return List.of(
          opponent,
          layout,
          model,
          input,
          String.valueOf(classes),
          String.valueOf(batch),
          String.valueOf(sparsity),
          distribution,
          block,
          String.valueOf(threads));
    }

    static Side of(String... words) {
      return new Side(
          words[0],
          words[1],
          words[2],
          words[3],
          Integer.parseInt(words[4]),
          Integer.parseInt(words[5]),
          Double.parseDouble(words[6]),
          words[7],
          words[8],
          Integer.parseInt(words[9]));
    }
  }

  private static void steps(TrainingStep step) {
    for (var i = 0; i < STEPS; i++) {
      step.run();
    }
    if (step.sparse()) {
      step.rewire();
      step.run();
    }
  }

  public static void main(String[] words) {
    var side = Side.of(words);
    var network = Models.named(side.model(), Inputs.shape(side.input()), side.classes());
    var engine = Opponent.engine(side.opponent(), side.layout());
    var before = ResidentMemory.soFar();
    var masks =
        side.opponent().equals(Side.OURS)
            ? Masks.of(network, side.sparsity(), side.distribution(), side.block())
            : TrainingStep.DENSE;
    try (var step = new TrainingStep(engine, network, masks, side.batch(), side.threads())) {
      steps(step);
      ResidentMemory.forget();
      steps(step);
    }
    var after = ResidentMemory.soFar();
    if (before.isPresent() && after.isPresent()) {
      System.out.println(new ResidentMemory(before.get().base(), after.get().peak()).line());
    }
  }
}
