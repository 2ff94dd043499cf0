package org.espalier.engine.executor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.engine.parallel.WorkerPool;

/** Writes down the parts of a step, and counts the tasks that threads share in each. */
final class SharedTasks implements Tracer {
  private final Map<String, AtomicInteger> counts = new LinkedHashMap<>();
  private AtomicInteger current = new AtomicInteger();

  /** In the order in which they first began, as "node PART". */
  List<String> parts() {
    return List.copyOf(counts.keySet());
  }

  int of(String node, Part part) {
    return count(node, part).get();
  }

  private AtomicInteger count(String node, Part part) {
    return counts.computeIfAbsent(node + " " + part, _ -> new AtomicInteger());
  }

  @Override
  public void begin(String node, Part part) {
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
