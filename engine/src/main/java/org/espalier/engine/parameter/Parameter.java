package org.espalier.engine.parameter;

import org.espalier.engine.EspalierException;
import org.espalier.engine.network.ParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * One tensor in memory: values, gradients and optimizer slots, all in the order of its storage.
 *
 * <p>{@link Storage#SPARSE} keeps one entry per active weight in the order of its topology; {@link
 * Storage#MASKED} and {@link Storage#DENSE} keep all of {@code [rows][columns]}. Arrays are
 * replaced by {@link #rewire}; do not hold on to them across steps.
 */
public final class Parameter {
  private static final Topology NO_TOPOLOGY = Topology.of(0, 0, new long[0]);

  private final ParameterSpec spec;
  private final Storage storage;
  private Topology topology;
  private float[] values;
  private float @Nullable [] gradients; // from when they are first asked for
  private float[][] slots = {}; // [slot][stored]
  private int version;
  private @Nullable Runnable home; // while the arrays are lent

  private Parameter(ParameterSpec spec, Storage storage, Topology topology, int stored) {
    this.spec = spec;
    this.storage = storage;
    this.topology = topology;
    this.values = new float[stored];
  }

  /** All weights, all active. */
  public static Parameter dense(ParameterSpec spec) {
    return new Parameter(spec, Storage.DENSE, NO_TOPOLOGY, denseSize(spec));
  }

  /** The active weights of {@code topology} alone. */
  public static Parameter sparse(ParameterSpec spec, Topology topology) {
    return new Parameter(spec, Storage.SPARSE, checked(spec, topology), topology.nonZeros());
  }

  /** All weights, of which those in {@code mask} are active. */
  public static Parameter masked(ParameterSpec spec, Topology mask) {
    return new Parameter(spec, Storage.MASKED, checked(spec, mask), denseSize(spec));
  }

  private static int denseSize(ParameterSpec spec) {
    if (spec.size() > Integer.MAX_VALUE - 8) {
      throw new EspalierException(
          spec.name()
              + " has "
              + spec.size()
              + " weights, more than can be kept at once: expected a method that stores it sparse");
    }
    return (int) spec.size();
  }

  private static Topology checked(ParameterSpec spec, Topology topology) {
    if (!spec.prunable()) {
      throw new IllegalArgumentException(
          spec.name() + " is a " + spec.role() + ": expected a weight, others are dense");
    }
    if (topology.rows() != spec.rows() || topology.columns() != spec.columns()) {
      throw new IllegalArgumentException(
          spec.name() + " is " + spec.rows() + "×" + spec.columns() + ", not " + topology);
    }
    return topology;
  }

  public ParameterSpec spec() {
    return spec;
  }

  public String name() {
    return spec.name();
  }

  public Storage storage() {
    return storage;
  }

  /** Active positions of sparse and masked storage. */
  public Topology topology() {
    if (storage == Storage.DENSE) {
      throw new IllegalStateException(name() + " is dense: all positions are active");
    }
    return topology;
  }

  /** Number of entries in each array. */
  public int stored() {
    return values.length;
  }

  /** Number of active weights (nnz). */
  public long nonZeros() {
    return storage == Storage.DENSE ? spec.size() : topology.nonZeros();
  }

  public double density() {
    return nonZeros() / (double) spec.size();
  }

  /** Bytes of values and topology, without gradients and optimizer slots. */
  public long bytes() {
    return 4L * values.length + (storage == Storage.DENSE ? 0 : topology.bytes());
  }

  /**
   * Lends values, gradients and slots to an engine that computes on a copy of its own: whoever asks
   * for one of them next, to read or to write, makes {@code home} run first, once. It brings the
   * copy back into the arrays, and tells the engine to fetch them anew before it goes on.
   */
  public void lend(Runnable home) {
    this.home = home;
  }

  private void bringHome() {
    var lent = home;
    if (lent != null) {
      home = null;
      lent.run();
    }
  }

  /** Values in storage order; written by initialisers, optimizers and readers. */
  public float[] values() {
    bringHome();
    return values;
  }

  /** A copy of all weights, {@code [rows][columns]}, those that are not active zero. */
  public float[] toDense() {
    bringHome();
    if (storage == Storage.DENSE) {
      return values.clone();
    }
    var dense = new float[denseSize(spec)];
    for (var row = 0; row < topology.rows(); row++) {
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        var position = row * topology.columns() + topology.column(p);
        dense[position] = values[storage == Storage.MASKED ? position : p];
      }
    }
    return dense;
  }

  /**
   * Gradient of the loss in storage order; empty for running statistics. The array is there from
   * the first call on, which must not come from two threads at once: who only predicts has none.
   */
  public float[] gradients() {
    bringHome();
    var there = gradients;
    if (there == null) {
      there = new float[spec.trained() ? values.length : 0];
      gradients = there;
    }
    return there;
  }

  /** Bytes of the gradients, 0 until somebody asks for them. */
  public long gradientBytes() {
    return gradients == null ? 0 : 4L * gradients.length;
  }

  /** Gives the optimizer {@code count} zeroed slots unless it has them already. */
  public void slots(int count) {
    bringHome();
    if (slots.length != count) {
      slots = new float[count][values.length];
    }
  }

  public int slots() {
    return slots.length;
  }

  /** One optimizer state, such as the momentum, in storage order. */
  public float[] slot(int index) {
    bringHome();
    return slots[index];
  }

  /** Changes with every change of topology, so that derived structures know when to follow. */
  public int version() {
    return version;
  }

  /**
   * Drops and grows connections of a sparse parameter in O(nnz): kept weights keep value and
   * optimizer state bit for bit, new ones start at zero in both.
   */
  public void rewire(Rewiring rewiring) {
    require(Storage.SPARSE);
    var result = rewiring.apply(topology);
    // Each array is carried into the one freed before it: a rewiring that keeps nnz needs one
    // buffer more than the parameter has.
    var free = new float[result.origin().length];
    var before = values;
    values = carry(before, result.origin(), free);
    for (var slot = 0; slot < slots.length; slot++) {
      free = reusable(before, result.origin().length);
      before = slots[slot];
      slots[slot] = carry(before, result.origin(), free);
    }
    if (gradients != null) {
      free = reusable(before, result.origin().length);
      gradients = carry(gradients, result.origin(), free);
    }
    topology = result.topology();
    version++;
  }

  /** Replaces the mask of a masked parameter; all weights stay. */
  public void mask(Topology mask) {
    require(Storage.MASKED);
    topology = checked(spec, mask);
    version++;
  }

  /** Replaces topology and values of a sparse parameter, as a reader does; slots start at zero. */
  public void replace(Topology topology, float[] values) {
    require(Storage.SPARSE);
    if (values.length != topology.nonZeros()) {
      throw new IllegalArgumentException(
          name() + ": " + values.length + " values for " + topology.nonZeros() + " positions");
    }
    this.topology = checked(spec, topology);
    this.values = values.clone();
    this.gradients = gradients == null ? null : new float[values.length];
    this.slots = new float[slots.length][values.length];
    version++;
  }

  private void require(Storage expected) {
    bringHome();
    if (storage != expected) {
      throw new IllegalStateException(name() + " is " + storage + ", not " + expected);
    }
  }

  private static float[] reusable(float[] array, int length) {
    return array.length == length ? array : new float[length];
  }

  private static float[] carry(float[] before, int[] origin, float[] after) {
    for (var p = 0; p < origin.length; p++) {
      after[p] = origin[p] == Rewiring.Result.NEW ? 0 : before[origin[p]];
    }
    return after;
  }
}
