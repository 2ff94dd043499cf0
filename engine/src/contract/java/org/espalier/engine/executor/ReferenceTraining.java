package org.espalier.engine.executor;

import java.util.HashMap;
import java.util.Map;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Adam;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.optimizer.Sgd;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;

/** Training steps in double precision by the definitions of layers and optimizers. */
final class ReferenceTraining {
  private final Parameters parameters; // for storage and topology alone
  private final Map<String, double[]> values = new HashMap<>(); // all, [rows][columns]
  private final Map<String, double[]> active; // the same, absent ones zero
  private final Map<String, double[][]> slots = new HashMap<>(); // [slot][as values]
  private final ReferenceNetwork network;

  /** From the values that {@code parameters} have now. */
  ReferenceTraining(Network network, Parameters parameters, Loss loss) {
    this.parameters = parameters;
    this.active = TestNetworks.dense(parameters);
    for (var parameter : parameters) {
      var all = ReferenceNetwork.of(active, parameter.name()).clone();
      if (parameter.storage() == Storage.MASKED) {
        for (var i = 0; i < all.length; i++) {
          all[i] = parameter.values()[i];
        }
      }
      values.put(parameter.name(), all);
      slots.put(parameter.name(), new double[2][all.length]);
    }
    this.network = new ReferenceNetwork(network, active, loss);
  }

  /** With the values of now. */
  ReferenceNetwork network() {
    return network;
  }

  /** Values of all weights of a parameter, absent ones as its storage has them. */
  double[] values(String name) {
    return ReferenceNetwork.of(values, name);
  }

  double[] slot(String name, int index) {
    return ReferenceNetwork.of(slots, name)[index];
  }

  /** One step; returns its loss. */
  double step(Batch batch, Optimizer optimizer, double rate, long step) {
    var loss = network.loss(batch);
    var gradients = network.gradients(batch);
    network.followStatistics(batch);
    for (var parameter : parameters) {
      if (parameter.spec().trained()) {
        update(parameter, ReferenceNetwork.of(gradients, parameter.name()), optimizer, rate, step);
      } else {
        values.put(parameter.name(), ReferenceNetwork.of(active, parameter.name()));
      }
    }
    return loss;
  }

  private void update(
      Parameter parameter, double[] gradients, Optimizer optimizer, double rate, long step) {
    var all = values(parameter.name());
    for (var i = 0; i < all.length; i++) {
      var present = parameter.storage() == Storage.DENSE || parameter.topology().active(i);
      if (present || parameter.storage() == Storage.MASKED) {
        all[i] = updated(parameter, i, gradients[i], optimizer, rate, step);
        ReferenceNetwork.of(active, parameter.name())[i] = present ? all[i] : 0;
      }
    }
  }

  private double updated(
      Parameter parameter, int i, double gradient, Optimizer optimizer, double rate, long step) {
    return switch (optimizer) {
      case Sgd sgd -> descended(sgd, parameter, i, gradient, rate);
      case Adam adam -> adapted(adam, parameter, i, gradient, rate, step + 1.0);
      default -> throw new IllegalArgumentException("no definition of " + optimizer);
    };
  }

  private double descended(Sgd sgd, Parameter parameter, int i, double gradient, double rate) {
    var weight = values(parameter.name())[i];
    var velocity = slot(parameter.name(), 0);
    var direction = gradient + sgd.weightDecay().of(parameter) * weight;
    velocity[i] = sgd.momentum() * velocity[i] + direction;
    var along = sgd.nesterov() ? direction + sgd.momentum() * velocity[i] : velocity[i];
    return weight - rate * along;
  }

  private double adapted(
      Adam adam, Parameter parameter, int i, double gradient, double rate, double updates) {
    var weight = values(parameter.name())[i];
    var means = slot(parameter.name(), 0);
    var squares = slot(parameter.name(), 1);
    var decay = adam.weightDecay().of(parameter);
    var pulled = gradient + (adam.decoupled() ? 0 : decay * weight);
    means[i] = adam.beta1() * means[i] + (1 - adam.beta1()) * pulled;
    squares[i] = adam.beta2() * squares[i] + (1 - adam.beta2()) * pulled * pulled;
    var mean = means[i] / (1 - Math.pow(adam.beta1(), updates));
    var square = squares[i] / (1 - Math.pow(adam.beta2(), updates));
    var shrunk = weight * (adam.decoupled() ? 1 - rate * decay : 1);
    return shrunk - rate * mean / (Math.sqrt(square) + adam.epsilon());
  }
}
