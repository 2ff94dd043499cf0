package org.espalier.app.run;

import java.nio.file.Files;
import java.util.OptionalInt;
import org.espalier.app.recipe.Fingerprint;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.Executor;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.network.Cost;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.training.Checkpoint;
import org.espalier.engine.training.Trainer;
import org.espalier.engine.training.TrainingSetup;

/**
 * A plan executed in a folder, from the beginning or from its last checkpoint.
 *
 * <p>Files are written in an order that a kill at any moment leaves resumable: the recipe before
 * training, an epoch's metrics before the checkpoint that covers them, the model and the report
 * after the last checkpoint, the result last of all.
 */
public final class Run {
  private final Plan plan;
  private final RunFolder folder;
  private final Progress progress;

  private Run(Plan plan, RunFolder folder, Progress progress) {
    this.plan = plan;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Refuses a folder that holds something else, before anything costly is done.
   *
   * @param resume whether to continue what the folder holds
   */
  public static void requireStartable(RunFolder folder, Recipe recipe, boolean resume) {
    if (!folder.started()) {
      folder.requireEmpty();
      return;
    }
    requireSame(folder, recipe);
    if (!resume) {
      throw new EspalierException(
          "%s holds this run already, %s; --resume %s, --out DIR makes another"
              .formatted(
                  folder,
                  folder.finished() ? "finished" : "not finished",
                  folder.finished() ? "shows its result" : "continues it"));
    }
  }

  private static void requireSame(RunFolder folder, Recipe recipe) {
    var difference = Fingerprint.difference(folder.readRecipe(), recipe);
    if (!difference.isEmpty()) {
      throw new EspalierException(
          "%s holds another run, with a different %s; --out DIR puts this one elsewhere"
              .formatted(folder, String.join(", ", difference)));
    }
  }

  /**
   * Trains to the end and writes model, report and result; a run that is finished already is only
   * read.
   *
   * @throws EspalierException if training cannot go on; what was reached by the last checkpoint
   *     stays
   */
  public static RunResult execute(Plan plan, RunFolder folder, Progress progress) {
    try (var _ = FolderLock.of(folder.path())) {
      if (folder.started()) {
        requireSame(folder, plan.recipe()); // another process may have begun since it was asked
      }
      if (folder.finished()) {
        progress.line(folder + " is finished");
        return RunResult.read(folder);
      }
      if (!folder.started()) {
        DurableFile.write(folder.recipe(), RecipeDraft.write(plan.recipe()));
      }
      return new Run(plan, folder, progress).train();
    }
  }

  private RunResult train() {
    var recipe = plan.recipe();
    var parameters = plan.initialParameters();
    var options = new Engine.Options(recipe.batch(), Threads.count(recipe), recipe.seed(), true);
    try (var executor =
            plan.engine().compile(plan.network(), parameters, recipe.loss().loss(), options);
        var batches = plan.trainingBatches()) {
      var hook = new CountingHook(plan.prepared().hook());
      var epochs = new EpochListener();
      var trainer =
          new Trainer(
              new TrainingSetup(
                  executor,
                  batches,
                  recipe.optimizer().optimizer(),
                  plan.learningRate(),
                  hook,
                  plan.length().steps()),
              epochs);
      if (Files.exists(folder.checkpoint())) {
        Checkpoint.read(folder.checkpoint(), Fingerprint.of(recipe), trainer);
        progress.line("resumed after " + trainer.step() + " steps");
      }
      try (var log = MetricsLog.continuing(folder.metrics(), ended(trainer))) {
        new TrainingLoop(plan, folder, progress, trainer, hook, epochs, log).run();
        return finish(executor, hook, log);
      }
    }
  }

  private long ended(Trainer trainer) {
    return trainer.finished() ? plan.length().epochs() : trainer.epoch() - 1;
  }

  private RunResult finish(Executor executor, CountingHook hook, MetricsLog log) {
    var recipe = plan.recipe();
    var parameters = executor.parameters();
    var network = plan.network();
    SavedModel.write(
        folder.model(), recipe, plan.data().classes(), plan.normalisation(), network, parameters);
    var held = executor.footprint();
    var slots = recipe.optimizer().optimizer().slots();
    var dense = Footprint.dense(network, slots, held.activations());
    var cost = Cost.of(network, parameters::nonZeros);
    var result =
        new ResultFigures()
            .asked(folder, plan)
            .reached(log.epochs())
            .density(DensityReport.of(network, plan.prepared(), parameters), trained(network))
            .memory(held, dense)
            .operations(cost, hook)
            .time(log.epochs(), plan)
            .denseTime(StepTiming.denseMillis(plan, parameters, dense.total()))
            .environment(Threads.count(recipe), vectorBits(plan.engine()))
            .result();
    Reports.write(folder, plan, result, log.epochs(), parameters);
    result.write(folder);
    return result;
  }

  private static long trained(Network network) {
    return network.parameters().stream()
        .filter(ParameterSpec::trained)
        .mapToLong(ParameterSpec::size)
        .sum();
  }

  /** Width of the vectors in use, 0 for kernels without; not known of other engines. */
  private static OptionalInt vectorBits(Engine engine) {
    if (!(engine instanceof CpuEngine cpu)) {
      return OptionalInt.empty();
    }
    var kernels = cpu.kernels();
    var vectors =
        KernelChoice.available().stream().anyMatch(it -> it.name().equals(kernels.name()));
    return OptionalInt.of(vectors ? kernels.lanes() * Float.SIZE : 0);
  }
}
