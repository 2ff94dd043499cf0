package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.engine.parallel.WorkerPool;

/** Writes down the parts of a step, and counts the tasks that threads share in each. */
final class SharedTasks implements Tracer {
  private final List<String> parts = new ArrayList<>();
  private final Map<String, AtomicInteger> counts = new HashMap<>();
  private AtomicInteger current = new AtomicInteger();

  /** In the order in which they began, as "node PART". */
  List<String> parts() {
    return parts;
  }

  int of(String node, Part part) {
    return count(node, part).get();
  }

  private AtomicInteger count(String node, Part part) {
    return counts.computeIfAbsent(node + " " + part, _ -> new AtomicInteger());
  }

  @Override
  public void begin(String node, Part part) {
    parts.add(node + " " + part);
    current = count(node, part);
  }

  @Override
  public WorkerPool.Task shared(WorkerPool.Task task) {
    return number -> {
      current.incrementAndGet();
      task.run(number);
    };
  }
}
