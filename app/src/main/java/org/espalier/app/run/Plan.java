package org.espalier.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.app.recipe.DataChoice.NormalisationChoice;
import org.espalier.app.recipe.Recipe;
import org.espalier.app.recipe.TrainingLength;
import org.espalier.data.Dataset;
import org.espalier.data.Split;
import org.espalier.data.batch.ChannelStatistics;
import org.espalier.data.batch.EvaluationBatches;
import org.espalier.data.batch.TrainingBatches;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.optimizer.LearningRate;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.Duration;
import org.espalier.engine.training.Normalisation;
import org.espalier.methods.Method;
import org.espalier.methods.Methods;
import org.espalier.methods.Prepared;
import org.espalier.methods.TrainingPlan;

/**
 * All that a recipe asks for, made and checked, before anything is written or trained.
 *
 * @param data with the validation split the recipe asks for
 * @param start the trained network it starts from, if any
 * @param engine what computes
 * @param prepared what the method decided
 */
public record Plan(
    Recipe recipe,
    Dataset data,
    Normalisation normalisation,
    Network network,
    Optional<WarmStart> start,
    Engine engine,
    Method method,
    Prepared prepared,
    TrainingLength length,
    LearningRate learningRate,
    CheckpointInterval checkpoint) {

  /**
   * Makes everything but the executor.
   *
   * @throws EspalierException if the parts of the recipe do not fit each other or the data
   */
  public static Plan of(Recipe recipe, Dataset whole) {
    var choice = recipe.data();
    var data =
        choice.validation() == 0 ? whole : whole.withValidation(choice.validation(), recipe.seed());
    if (recipe.batch() > data.train().size()) {
      throw new EspalierException(
          "batch %d: expected at most %d, the number of training samples"
              .formatted(recipe.batch(), data.train().size()));
    }
    var start =
        recipe.from().none()
            ? Optional.<WarmStart>empty()
            : Optional.of(WarmStart.of(recipe.from(), recipe.model(), data));
    var network =
        start
            .map(WarmStart::network)
            .orElseGet(() -> Models.named(recipe.model(), data.shape(), data.classes().size()));
    var length =
        TrainingLength.of(Duration.parse(recipe.duration()), data.train().size() / recipe.batch());
    var method = recipe.method().method();
    var plan =
        new Plan(
            recipe,
            data,
            normalisation(choice.normalisation(), data, start),
            network,
            start,
            recipe.engine().engine(),
            method,
            start.isPresent()
                ? method.prepare(
                    network,
                    trainingPlan(length),
                    new Randoms(recipe.seed()),
                    start.get().parameters())
                : method.prepare(network, trainingPlan(length), new Randoms(recipe.seed())),
            length,
            recipe.learningRate().over(length),
            CheckpointInterval.parse(recipe.checkpoint()));
    // What they refuse, they refuse when they are made.
    recipe.optimizer().optimizer();
    plan.trainingBatches().close();
    return plan;
  }

  private static Normalisation normalisation(
      NormalisationChoice choice, Dataset data, Optional<WarmStart> start) {
    return switch (choice) {
      case NONE -> Normalisation.none(data.shape().channels());
      case MEASURED -> ChannelStatistics.measured(data.train(), data.shape());
      case INHERITED ->
          start
              .map(WarmStart::normalisation)
              .orElseThrow(
                  () ->
                      new EspalierException(
                          "data.normalisation inherited: expected a network to start from"));
    };
  }

  /** The same plan on an engine that differs in speed alone. */
  public Plan on(Engine engine) {
    return new Plan(
        recipe,
        data,
        normalisation,
        network,
        start,
        engine,
        method,
        prepared,
        length,
        learningRate,
        checkpoint);
  }

  private static TrainingPlan trainingPlan(TrainingLength length) {
    return new TrainingPlan(length.steps(), length.batchesPerEpoch());
  }

  /** What the method has to say about a run of this length, and the start about the method. */
  public List<String> notes() {
    var notes = new ArrayList<>(method.notes(network, trainingPlan(length)));
    start.flatMap(it -> it.note(prepared.topologies())).ifPresent(notes::add);
    return notes;
  }

  /** Parameters stored as the method wants them, with their first values. */
  public Parameters initialParameters() {
    var parameters = new Parameters(network, this::parameter);
    if (start.isPresent()) {
      start.get().fill(parameters);
    } else {
      recipe.initialisation().initialise(parameters, randoms());
    }
    return parameters;
  }

  private Parameter parameter(ParameterSpec spec) {
    var topology = prepared.topologies().get(spec.name());
    if (topology == null) {
      return Parameter.dense(spec);
    }
    return Methods.named(recipe.method().name()).storage() == Storage.MASKED
        ? Parameter.masked(spec, topology)
        : Parameter.sparse(spec, topology);
  }

  /** Endless shuffled batches, to be closed. */
  public TrainingBatches trainingBatches() {
    return new TrainingBatches(
        data.train(),
        data.shape(),
        normalisation,
        recipe.data().augmentation().augmentation(),
        recipe.batch(),
        randoms());
  }

  /** A split once, in order. */
  public EvaluationBatches evaluationBatches(Split split) {
    return new EvaluationBatches(split, data.shape(), normalisation, recipe.batch());
  }

  private Randoms randoms() {
    return new Randoms(recipe.seed());
  }
}
