package org.espalier.bench;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.espalier.engine.executor.Tracer;
import org.espalier.engine.network.Layer;
import org.espalier.engine.network.Network;
import org.espalier.engine.parallel.WorkerPool;

/**
 * A stopwatch in an executor: the time of a step by what it is spent on, and in each of these how
 * long threads waited for each other and how long one thread worked alone.
 */
final class StepProfile implements Tracer {

  /** What a step spends its time on. */
  enum Work {
    FORWARD_PRODUCT("products, forward"),
    INPUT_GRADIENT("products, input gradient"),
    WEIGHT_GRADIENT("products, weight gradient"),
    BIAS("bias and ReLU of products, backward"),
    NORMALISATION("normalisation, its addition and ReLU"),
    RECTIFICATION("ReLU alone"),
    POOLING("pooling"),
    ADDITION("addition, its ReLU"),
    OTHER("flattening, dropout"),
    PACKING("packing the batch"),
    LOSS("loss"),
    GROWTH("gradients of absent weights"),
    OPTIMIZER("optimizer");

    private final String title;

    Work(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * A part of a step.
   *
   * @param node name of the node, {@link Network#INPUT} for what is done for all
   */
  record Place(String node, Work work) {}

  /** Nanoseconds. */
  static final class Spent {
    private long total;
    private long waiting;
    private long alone;

    long total() {
      return total;
    }

    /** How much shorter it would have been, had the tasks been shared out without a gap. */
    long waiting() {
      return waiting;
    }

    /** The caller's own, while no other thread had anything to do. */
    long alone() {
      return alone;
    }

    void add(Spent other) {
      total += other.total;
      waiting += other.waiting;
      alone += other.alone;
    }
  }

  private final Map<String, Layer> layers = new HashMap<>();
  private final int threads;
  private final LongSupplier clock;
  private Map<Place, Spent> spent = new LinkedHashMap<>();
  private Place place = new Place(Network.INPUT, Work.OTHER);
  private boolean running;
  private long since;
  private long shared; // nanoseconds of this part in which threads shared tasks

  // Of the run of tasks under way.
  private long runStart;
  private final LongAdder busy = new LongAdder();
  private final AtomicLong lastEnd = new AtomicLong();

  /** For executors of {@code network} with that many threads. */
  StepProfile(Network network, int threads, LongSupplier clock) {
    network.nodes().forEach(node -> layers.put(node.name(), node.layer()));
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public void begin(String node, Part part) {
    begin(new Place(node, work(node, part)));
  }

  private void begin(Place next) {
    end();
    place = next;
    running = true;
    since = clock.getAsLong();
  }

  /** Nothing follows for now. */
  void end() {
    if (!running) {
      return;
    }
    endRun();
    var elapsed = clock.getAsLong() - since;
    var at = spent.computeIfAbsent(place, _ -> new Spent());
    at.total += elapsed;
    at.alone += Math.max(0, elapsed - shared);
    shared = 0;
    running = false;
  }

  @Override
  public WorkerPool.Task shared(WorkerPool.Task task) {
    endRun();
    runStart = clock.getAsLong();
    lastEnd.set(runStart);
    return number -> {
      var start = clock.getAsLong();
      task.run(number);
      var end = clock.getAsLong();
      busy.add(end - start);
      lastEnd.accumulateAndGet(end, Math::max);
    };
  }

  private void endRun() {
    var worked = busy.sumThenReset();
    if (worked == 0) {
      return;
    }
    var elapsed = lastEnd.get() - runStart;
    shared += elapsed;
    spent.computeIfAbsent(place, _ -> new Spent()).waiting +=
        Math.max(0, elapsed - worked / threads);
  }

  private Work work(String node, Part part) {
    return switch (part) {
      case PACKING -> Work.PACKING;
      case LOSS -> Work.LOSS;
      case WEIGHT_GRADIENT -> Work.WEIGHT_GRADIENT;
      case INPUT_GRADIENT -> Work.INPUT_GRADIENT;
      case ABSENT_GRADIENTS -> Work.GROWTH;
      case UPDATE -> Work.OPTIMIZER;
      case FORWARD, BACKWARD -> work(requireNonNull(layers.get(node)), part == Part.FORWARD);
    };
  }

  private static Work work(Layer layer, boolean forward) {
    return switch (layer) {
      case Layer.Linear _, Layer.Conv2d _ -> forward ? Work.FORWARD_PRODUCT : Work.BIAS;
      case Layer.BatchNorm _ -> Work.NORMALISATION;
      case Layer.Relu _ -> Work.RECTIFICATION;
      case Layer.MaxPool2d _, Layer.AvgPool2d _, Layer.GlobalAvgPool _ -> Work.POOLING;
      case Layer.Add _ -> Work.ADDITION;
      case Layer.PadChannels _, Layer.Flatten _, Layer.Dropout _ -> Work.OTHER;
    };
  }

  /** The times since the last call, by place in the order of a step. */
  Map<Place, Spent> take() {
    end();
    var taken = spent;
    spent = new LinkedHashMap<>();
    return taken;
  }
}
