package org.espalier.formats;

import java.util.List;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Topology;

/**
 * A topology as two tensors beside the parameter {@code NAME} it belongs to: {@code
 * NAME.row_starts} (I32 [rows + 1]) and {@code NAME.columns} ([nnz]; U16 up to 65,536 columns, else
 * I32), ascending in each row.
 */
final class TopologyTensors {
  static final String COLUMNS = ".columns";
  static final String ROW_STARTS = ".row_starts";

  private TopologyTensors() {}

  static void add(SafetensorsWriter file, String name, Topology topology) {
    var starts = topology.rowStart();
    file.add(name + ROW_STARTS, List.of(starts.length), starts);
    var shape = List.of(topology.nonZeros());
    if (topology.narrow()) {
      file.add(name + COLUMNS, shape, topology.narrowColumns());
    } else {
      file.add(name + COLUMNS, shape, topology.wideColumns());
    }
  }

  /** Reads the topology of a parameter with {@code nonZeros} stored positions and checks it. */
  static Topology read(SafetensorsFile file, ParameterSpec spec, int nonZeros) {
    var starts = rowStarts(file, spec, nonZeros);
    var columns = columns(file, spec, nonZeros);
    var positions = new long[nonZeros];
    for (var row = 0; row < spec.rows(); row++) {
      var previous = -1;
      for (var p = starts[row]; p < starts[row + 1]; p++) {
        var column = columns[p];
        if (column <= previous || column >= spec.columns()) {
          throw file.error(
              "tensor "
                  + spec.name()
                  + COLUMNS
                  + ": element "
                  + p
                  + " in row "
                  + row
                  + " is "
                  + column
                  + ", expected "
                  + (previous + 1)
                  + " to "
                  + (spec.columns() - 1));
        }
        positions[p] = (long) row * spec.columns() + column;
        previous = column;
      }
    }
    return Topology.of(spec.rows(), spec.columns(), positions);
  }

  private static int[] rowStarts(SafetensorsFile file, ParameterSpec spec, int nonZeros) {
    var name = spec.name() + ROW_STARTS;
    var starts = typed(file, name, List.of(spec.rows() + 1), ElementType.I32);
    var previous = 0;
    for (var row = 0; row < starts.length; row++) {
      var lowest = row == spec.rows() ? nonZeros : previous;
      var highest = row == 0 ? 0 : nonZeros;
      if (starts[row] < lowest || starts[row] > highest) {
        throw file.error(
            "tensor "
                + name
                + ": element "
                + row
                + " is "
                + starts[row]
                + ", expected "
                + lowest
                + (lowest == highest ? "" : " to " + highest));
      }
      previous = starts[row];
    }
    return starts;
  }

  private static int[] columns(SafetensorsFile file, ParameterSpec spec, int nonZeros) {
    var type = spec.columns() <= 1 << 16 ? ElementType.U16 : ElementType.I32;
    return typed(file, spec.name() + COLUMNS, List.of(nonZeros), type);
  }

  private static int[] typed(
      SafetensorsFile file, String name, List<Integer> shape, ElementType type) {
    var found = file.tensor(name, shape).type();
    if (found != type) {
      throw file.error("tensor " + name + ": dtype " + found + ", expected " + type);
    }
    return file.naturals(name);
  }
}
