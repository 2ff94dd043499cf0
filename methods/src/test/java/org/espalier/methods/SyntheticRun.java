package org.espalier.methods;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.network.Shape;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.optimizer.WeightDecay;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.LargestGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.settings.Settings;

/**
 * The training loop around a hook, with a dense gradient drawn at random in place of a network's:
 * what a method does can be compared with that gradient, position by position.
 */
public final class SyntheticRun {
  /** Prime sizes; ERK makes the last layer dense at moderate sparsity. */
  public static final Network NETWORK = Models.named("mlp:61x31", Shape.features(97), 7);

  private final Randoms randoms;
  private final Parameters parameters;
  private final TrainingHook hook;
  private final Map<String, float[]> gradients = new LinkedHashMap<>(); // [row][column]
  private long step;
  private long iteration;

  /** A run of that many steps, 50 to an epoch. */
  public SyntheticRun(Method method, long totalSteps, long seed) {
    this(NETWORK, method, totalSteps, seed);
  }

  /** As above, of another network. */
  public SyntheticRun(Network network, Method method, long totalSteps, long seed) {
    this(
        network,
        method.prepare(network, new TrainingPlan(totalSteps, 50), new Randoms(seed)),
        seed);
  }

  /** A run of what is prepared; of {@code seed} are its weights and gradients alone. */
  public SyntheticRun(Network network, Prepared prepared, long seed) {
    this.randoms = new Randoms(seed);
    this.hook = prepared.hook();
    this.parameters = Parameters.of(network, prepared.topologies());
    for (var parameter : parameters) {
      fill(parameter.values(), Purpose.INITIALISATION, parameter.name(), 0);
    }
  }

  /** A method by name, its settings alternately keys and values. */
  public static Method method(String name, Object... settings) {
    var map = new LinkedHashMap<String, Object>();
    IntStream.range(0, settings.length / 2)
        .forEach(i -> map.put(settings[2 * i].toString(), settings[2 * i + 1]));
    return Methods.named(name).create(new Settings("method", map));
  }

  /** One batch; returns whether a step was made. */
  public boolean iterate() {
    var wanted = hook.absentGradientsWanted(step, parameters);
    var candidates = new LinkedHashMap<String, AbsentGradients>();
    for (var parameter : parameters) {
      gather(parameter, dense(parameter.spec()));
    }
    wanted.forEach(
        (name, asked) -> candidates.put(name, largest(parameters.of(name), gradient(name), asked)));
    iteration++;
    if (!hook.beforeStep(step, parameters, candidates)) {
      return false;
    }
    var sgd = new Sgd(0.9, true, WeightDecay.NONE);
    parameters.forEach(parameter -> sgd.update(parameter, 0.05, step));
    step++;
    hook.afterStep(step, parameters, candidates);
    return true;
  }

  /** Iterates until so many steps are done. */
  public void runTo(long steps) {
    while (step < steps) {
      iterate();
    }
  }

  public TrainingHook hook() {
    return hook;
  }

  public Parameters parameters() {
    return parameters;
  }

  public Parameter parameter(String name) {
    return parameters.of(name);
  }

  public long step() {
    return step;
  }

  public long iteration() {
    return iteration;
  }

  /** The dense gradient of the last batch, {@code [row][column]}. */
  public float[] gradient(String name) {
    return Objects.requireNonNull(gradients.get(name));
  }

  /** Every bit of every parameter: positions, values, momentum. */
  public Map<String, String> state() {
    var state = new LinkedHashMap<String, String>();
    for (var parameter : parameters) {
      var positions =
          parameter.storage() == Storage.DENSE
              ? "all"
              : Arrays.toString(parameter.topology().positions());
      var slots = parameter.slots() == 0 ? "none" : Arrays.toString(parameter.slot(0));
      state.put(
          parameter.name(), positions + " " + Arrays.toString(parameter.values()) + " " + slots);
    }
    return state;
  }

  /** Takes over counters and weights of {@code other}, as reading a checkpoint does. */
  public void restore(SyntheticRun other) {
    step = other.step;
    iteration = other.iteration;
    for (var parameter : parameters) {
      var source = other.parameter(parameter.name());
      if (parameter.storage() == Storage.SPARSE) {
        parameter.replace(source.topology(), source.values());
      } else {
        System.arraycopy(source.values(), 0, parameter.values(), 0, source.stored());
      }
      parameter.slots(source.slots());
      System.arraycopy(source.slot(0), 0, parameter.slot(0), 0, source.stored());
    }
  }

  private float[] dense(ParameterSpec spec) {
    var gradient = new float[(int) spec.size()];
    fill(gradient, Purpose.DATA, spec.name(), iteration);
    gradients.put(spec.name(), gradient);
    return gradient;
  }

  private void fill(float[] values, Purpose purpose, String name, long at) {
    var stream = randoms.stream(purpose, name, at);
    for (var i = 0; i < values.length; i++) {
      values[i] = stream.nextFloat() - 0.5f;
    }
  }

  private static void gather(Parameter parameter, float[] gradient) {
    if (parameter.storage() == Storage.DENSE) {
      System.arraycopy(gradient, 0, parameter.gradients(), 0, gradient.length);
      return;
    }
    var positions = parameter.topology().positions();
    for (var i = 0; i < positions.length; i++) {
      parameter.gradients()[i] = gradient[(int) positions[i]];
    }
  }

  private static AbsentGradients largest(
      Parameter parameter, float[] gradient, AbsentGradients.Wanted wanted) {
    var largest = new LargestGradients(parameter.name(), wanted.count());
    var blocks = BlockTopology.of(parameter.spec(), parameter.topology(), wanted.block());
    blocks.offer(0, parameter.spec().rows(), gradient, new float[blocks.grid().columns()], largest);
    return largest.result();
  }
}
