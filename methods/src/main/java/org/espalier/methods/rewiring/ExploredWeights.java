package org.espalier.methods.rewiring;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.BlockTopology;
import org.espalier.engine.parameter.Topology;

/**
 * Which weights have been active at least once: R_s of in-time over-parameterization (Liu et al.
 * 2021, arXiv 2102.02887).
 *
 * <p>One bit per weight of each sparse layer, or per block where weights come and go in blocks.
 * Layers of more than 2³¹ − 1 blocks are not tracked, and nothing is reported for the network as a
 * whole then.
 */
public final class ExploredWeights {
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private int untracked;
  private long denseWeights; // active from the start: explored by definition

  private ExploredWeights() {}

  private static final class Layer {
    final int weights; // in a block
    final int size; // in blocks, as is the count
    final BitSet fired;
    int count;

    Layer(int size, int weights) {
      this.weights = weights;
      this.size = size;
      this.fired = new BitSet(size);
    }
  }

  /** The weights that are active at the start. */
  public static ExploredWeights of(Network network, Map<String, Topology> topologies, Block block) {
    var explored = new ExploredWeights();
    for (var spec : network.prunable()) {
      var topology = topologies.get(spec.name());
      if (topology == null) {
        explored.denseWeights += spec.size();
        continue;
      }
      var blocks = BlockTopology.of(spec, topology, block.within(spec));
      if (blocks.grid().size() > Integer.MAX_VALUE) {
        explored.untracked++;
      } else {
        var layer = new Layer((int) blocks.grid().size(), blocks.grid().block().size());
        explored.layers.put(spec.name(), layer);
        explored.add(spec.name(), blocks.active().positions());
      }
    }
    return explored;
  }

  /** Tracks nothing and reports nothing. */
  public static ExploredWeights none() {
    return new ExploredWeights();
  }

  /** Whether weights of that layer are tracked. */
  public boolean tracks(String name) {
    return layers.containsKey(name);
  }

  /** Notes that these blocks of a layer are active; does nothing for layers not tracked. */
  public void add(String name, long[] positions) {
    var layer = layers.get(name);
    if (layer == null) {
      return;
    }
    for (var position : positions) {
      if (!layer.fired.get((int) position)) {
        layer.fired.set((int) position);
        layer.count++;
      }
    }
  }

  /** Whether the block was active at least once. */
  public boolean contains(String name, long position) {
    return layer(name).fired.get(Math.toIntExact(position));
  }

  /** Blocks of a layer never active so far. */
  public long unfired(String name) {
    var layer = layer(name);
    return layer.size - (long) layer.count;
  }

  /**
   * Positions of blocks never active so far.
   *
   * @param ranks strictly ascending, below {@link #unfired(String)}
   */
  public long[] unfired(String name, long[] ranks) {
    var fired = layer(name).fired;
    var positions = new long[ranks.length];
    var clear = fired.nextClearBit(0); // first clear bit of the present run
    var set = end(fired, clear); // the bit after that run
    var before = 0L; // clear bits before that run
    for (var i = 0; i < ranks.length; i++) {
      while (before + (set - clear) <= ranks[i]) {
        before += set - clear;
        clear = fired.nextClearBit(set);
        set = end(fired, clear);
      }
      positions[i] = clear + (ranks[i] - before);
    }
    return positions;
  }

  private static int end(BitSet fired, int clear) {
    var set = fired.nextSetBit(clear);
    return set < 0 ? Integer.MAX_VALUE : set;
  }

  /**
   * {@code r_s} over all prunable weights as in the paper, {@code r_s_sparse} without layers that
   * are dense from the start, and {@code r_s/layer} for each sparse layer.
   */
  public Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<String, Double>();
    if (untracked > 0) {
      metrics.put("r_s_untracked_layers", (double) untracked);
    } else if (!layers.isEmpty()) {
      var count =
          layers.values().stream().mapToLong(layer -> (long) layer.count * layer.weights).sum();
      var size =
          layers.values().stream().mapToLong(layer -> (long) layer.size * layer.weights).sum();
      metrics.put("r_s", (count + denseWeights) / (double) (size + denseWeights));
      metrics.put("r_s_sparse", count / (double) size);
    }
    layers.forEach((name, layer) -> metrics.put("r_s/" + name, layer.count / (double) layer.size));
    return metrics;
  }

  /** Writes every bit. */
  void save(DataOutput out) throws IOException {
    out.writeInt(layers.size());
    for (var entry : layers.entrySet()) {
      var words = entry.getValue().fired.toLongArray();
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().size);
      out.writeInt(words.length);
      for (var word : words) {
        out.writeLong(word);
      }
    }
  }

  /** Reads what {@link #save} wrote for the same layers. */
  void load(DataInput in) throws IOException {
    if (in.readInt() != layers.size()) {
      throw new IOException("explored weights: expected those of " + layers.keySet());
    }
    for (var entry : layers.entrySet()) {
      load(in, entry.getKey(), entry.getValue());
    }
  }

  private static void load(DataInput in, String name, Layer layer) throws IOException {
    var savedName = in.readUTF();
    var savedSize = in.readInt();
    var length = in.readInt();
    if (!savedName.equals(name) || savedSize != layer.size) {
      throw new IOException(
          "explored weights: expected those of "
              + name
              + " ("
              + layer.size
              + "), not "
              + savedName
              + " ("
              + savedSize
              + ")");
    }
    if (length < 0 || length > (layer.size + 63L) / 64) {
      throw new IOException("explored weights of " + name + ": " + length + " words do not fit");
    }
    var words = new long[length];
    for (var i = 0; i < length; i++) {
      words[i] = in.readLong();
    }
    var fired = BitSet.valueOf(words);
    if (fired.length() > layer.size) {
      throw new IOException("explored weights of " + name + " lie beyond its " + layer.size);
    }
    layer.fired.clear();
    layer.fired.or(fired);
    layer.count = fired.cardinality();
  }

  private Layer layer(String name) {
    var layer = layers.get(name);
    if (layer == null) {
      throw new IllegalStateException(name + " is not tracked");
    }
    return layer;
  }
}
