package org.espalier.engine.executor;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.Parameter;
import org.jspecify.annotations.Nullable;

/** The optimizer's part of a step: a task is one trained parameter. */
final class ParameterUpdate implements WorkerPool.Task {
  private final List<Parameter> trained;
  private final Pass pass;

  private @Nullable Optimizer optimizer;
  private double learningRate;
  private long step;

  ParameterUpdate(List<Parameter> trained, Pass pass) {
    this.trained = trained;
    this.pass = pass;
  }

  void apply(Optimizer optimizer, double learningRate, long step) {
    this.optimizer = optimizer;
    this.learningRate = learningRate;
    this.step = step;
    var weights = 0L;
    for (var i = 0; i < trained.size(); i++) { // an iterator would be an allocation
      weights += trained.get(i).stored();
    }
    pass.sweep(weights, trained.size(), this);
  }

  @Override
  public void run(int number) {
    requireNonNull(optimizer).update(trained.get(number), learningRate, step);
  }
}
