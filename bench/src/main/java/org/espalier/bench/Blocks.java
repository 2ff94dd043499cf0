package org.espalier.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;

/** The shape in which weights of a random topology come: neighbouring outputs by inputs. */
record Blocks(int outputs, int inputs) {
  /** Weights one by one. */
  static final Blocks SINGLE = new Blocks(1, 1);

  /** {@code 2x1} as users type it. */
  static Blocks of(String text) {
    if (!text.matches("[12]x[12]")) {
      throw new UsageException("--block " + text + ": expected 1x1, 2x1, 1x2 or 2x2");
    }
    return new Blocks(text.charAt(0) - '0', text.charAt(2) - '0');
  }

  /** What of it suits a layer: an odd extent has single weights, as have grouped convolutions. */
  Blocks of(ParameterSpec spec) {
    return spec.groups() > 1
        ? SINGLE
        : new Blocks(
            spec.outputs() % outputs == 0 ? outputs : 1, spec.inputs() % inputs == 0 ? inputs : 1);
  }

  /** Random topologies in blocks, as dense as those given. */
  Map<String, Topology> of(Network network, Map<String, Topology> topologies) {
    if (equals(SINGLE)) {
      return topologies;
    }
    var blocks = new HashMap<String, Topology>();
    for (var spec : network.prunable()) {
      var topology = topologies.get(spec.name());
      if (topology != null) {
        var stream = new Randoms(1).stream(Purpose.TOPOLOGY, spec.name(), 0);
        var taps = spec.kernelHeight() * spec.kernelWidth();
        blocks.put(
            spec.name(),
            of(spec).random(spec.rows(), spec.columns(), taps, topology.density(), stream));
      }
    }
    return blocks;
  }

  /**
   * Uniformly random blocks, as many as come nearest to {@code density}, but at least one.
   *
   * @param columns (input channel, tap), {@code taps} of each channel; a block stays at one tap
   */
  Topology random(int rows, int columns, int taps, double density, RandomStream stream) {
    var across = columns / inputs;
    var places = (long) (rows / outputs) * across;
    var count = (int) Math.max(1, Math.round(density * places));
    var positions = new long[count * outputs * inputs];
    var next = 0;
    for (var block : stream.sample(places, count)) {
      var row = block / across * outputs;
      var column = block % across / taps * inputs * taps + block % taps;
      for (var r = 0; r < outputs; r++) {
        for (var c = 0; c < inputs; c++) {
          positions[next++] = (row + r) * columns + column + (long) c * taps;
        }
      }
    }
    Arrays.sort(positions);
    return Topology.of(rows, columns, positions);
  }

  @Override
  public String toString() {
    return outputs + "x" + inputs;
  }
}
