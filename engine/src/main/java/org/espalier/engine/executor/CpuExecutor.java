package org.espalier.engine.executor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Tracer.Part;
import org.espalier.engine.memory.AlignedMemory;
import org.espalier.engine.network.Loss;
import org.espalier.engine.network.Network;
import org.espalier.engine.optimizer.Optimizer;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.training.Batch;

/** A network on the CPU: operations in order, forwards and backwards, over memory planned once. */
final class CpuExecutor implements Executor {
  private final Network network;
  private final Parameters parameters;
  private final int batchSize;
  private final boolean training;
  private final AlignedMemory memory = new AlignedMemory();
  private final WorkerPool pool;
  private final Pass pass;
  private final Packing packing;
  private final List<Operation> operations;
  private final List<String> nodes; // of the operations
  private final Tensor logits;
  private final Tensor logitsGradient;
  private final LossHead head;
  private final ParameterUpdate update;
  private final Workspace workspace;
  private boolean differentiable;

  CpuExecutor(
      Network network, Parameters parameters, Loss loss, Engine.Options options, CpuEngine engine) {
    this.network = network;
    this.parameters = parameters;
    this.batchSize = options.batchSize();
    this.training = options.training();
    this.pool = new WorkerPool(options.threads());
    this.pass =
        new Pass(engine.kernels(), pool, options.threads(), engine.tracer(), engine.tuning());
    var compiler = new Compiler(network, parameters, options, memory, pass);
    this.operations = compiler.operations();
    this.nodes = compiler.nodes();
    this.logits = compiler.logits();
    this.logitsGradient = compiler.logitsGradient();
    this.packing = new Packing(compiler.input(), network.input(), pass);
    this.head = new LossHead(loss, logits, logitsGradient);
    this.update = new ParameterUpdate(parameters.trained(), pass);
    this.workspace = compiler.workspace();
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public void forward(Batch batch, Mode mode, long iteration) {
    batch.requireFit(network, batchSize);
    if (mode == Mode.TRAINING && !training) {
      throw ShardedExecutor.forInference();
    }
    parameters.bringHome();
    pass.begin(batch.size(), mode, iteration);
    pass.trace(Network.INPUT, Part.PACKING);
    packing.pack(batch);
    for (var i = 0; i < operations.size(); i++) {
      pass.trace(nodes.get(i), Part.FORWARD);
      operations.get(i).forward(pass);
    }
    differentiable = mode == Mode.TRAINING;
    pass.trace(Network.INPUT, Part.LOSS);
    head.evaluate(batch, differentiable);
  }

  @Override
  public double loss() {
    return head.mean();
  }

  @Override
  public int correct() {
    return head.correct();
  }

  /** The loss of one sample of the last forward pass. */
  double loss(int sample) {
    return head.loss(sample);
  }

  @Override
  public void logits(float[] into) {
    var classes = logits.shape().channels();
    for (var sample = 0; sample < pass.size(); sample++) {
      for (var k = 0; k < classes; k++) {
        into[sample * classes + k] = Floats.at(logits.valueAt(sample, k, 0, 0));
      }
    }
  }

  @Override
  public Map<String, AbsentGradients> backward(Map<String, AbsentGradients.Wanted> wanted) {
    if (!differentiable) {
      throw new IllegalStateException("backward without a forward pass in training mode");
    }
    Map<String, AbsentGradients> found = Map.of();
    if (!wanted.isEmpty()) {
      wanted.keySet().forEach(parameters::of);
      found = new HashMap<>();
    }
    pass.clearDeadLanes(logitsGradient, 0, logitsGradient.shape().channels());
    for (var i = operations.size() - 1; i >= 0; i--) {
      pass.trace(nodes.get(i), Part.BACKWARD);
      switch (operations.get(i)) {
        case Product product -> product.backward(pass, wanted, found);
        case Operation operation -> operation.backward(pass);
      }
    }
    differentiable = false;
    if (found.size() < wanted.size()) {
      throw new EspalierException(
          "gradients wanted of "
              + wanted.keySet()
              + ", found those of "
              + found.keySet()
              + ": expected names of sparse weights");
    }
    return found;
  }

  @Override
  public void update(Optimizer optimizer, double learningRate, long step) {
    pass.trace(Network.INPUT, Part.UPDATE);
    update.apply(optimizer, learningRate, step);
  }

  @Override
  public Footprint footprint() {
    var values = 0L;
    var gradients = 0L;
    var optimizer = 0L;
    var indices = 0L;
    for (var parameter : parameters) {
      values += 4L * parameter.stored();
      gradients += parameter.gradientBytes();
      optimizer += 4L * parameter.slots() * parameter.stored();
      indices += parameter.storage() == Storage.DENSE ? 0 : parameter.topology().bytes();
    }
    for (var operation : operations) {
      indices += operation.indexBytes();
    }
    return new Footprint(values, gradients, optimizer, indices, memory.bytes() + workspace.bytes());
  }

  @Override
  public void close() {
    operations.forEach(Operation::close);
    pass.tuning().save();
    pool.close();
    memory.close();
  }
}
