package org.espalier.engine.training;

import java.io.IOException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.ChecksummedInput;
import org.espalier.engine.files.ChecksummedOutput;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;

/**
 * One parameter in a checkpoint: storage, rows, columns; nnz, entries per row and columns of the
 * entries unless it is dense; number of optimizer slots, values, slots.
 */
final class ParameterSection {

  private ParameterSection() {}

  /** Length of the section that {@link #write} writes. */
  static long bytes(Parameter parameter) {
    var topology =
        parameter.storage() == Storage.DENSE
            ? 0
            : Integer.BYTES * (1L + parameter.spec().rows() + parameter.topology().nonZeros());
    var arrays = Float.BYTES * (1L + parameter.slots()) * parameter.stored();
    return 4L * Integer.BYTES + parameter.storage().name().length() + topology + arrays;
  }

  static void write(ChecksummedOutput out, Parameter parameter) throws IOException {
    out.writeText(parameter.storage().name());
    out.writeInt(parameter.spec().rows());
    out.writeInt(parameter.spec().columns());
    if (parameter.storage() != Storage.DENSE) {
      writeTopology(out, parameter.topology());
    }
    out.writeInt(parameter.slots());
    writeFinite(out, parameter.name(), parameter.values());
    for (var slot = 0; slot < parameter.slots(); slot++) {
      writeFinite(out, "the optimizer state of " + parameter.name(), parameter.slot(slot));
    }
  }

  private static void writeTopology(ChecksummedOutput out, Topology topology) throws IOException {
    out.writeInt(topology.nonZeros());
    var start = topology.rowStart();
    for (var row = 0; row < topology.rows(); row++) {
      out.writeInt(start[row + 1] - start[row]);
    }
    for (var p = 0; p < topology.nonZeros(); p++) {
      out.writeInt(topology.column(p));
    }
  }

  /** A run that diverged must not replace a checkpoint from which it could be tried again. */
  private static void writeFinite(ChecksummedOutput out, String what, float[] values)
      throws IOException {
    for (var value : values) {
      if (!Float.isFinite(value)) {
        throw new EspalierException(
            what + " holds " + value + ", expected finite numbers: training has diverged");
      }
    }
    out.writeFloats(values);
  }

  /** Reads and checks a section; what it returns puts the contents into {@code parameter}. */
  static Runnable read(ChecksummedInput in, Parameter parameter, int slots) throws IOException {
    var storage = parameter.storage();
    var stored = in.readText();
    if (!stored.equals(storage.name())) {
      throw new IOException("storage is " + stored + ", expected " + storage);
    }
    expect("rows", parameter.spec().rows(), in.readInt());
    expect("columns", parameter.spec().columns(), in.readInt());
    return switch (storage) {
      case SPARSE -> {
        var topology = readTopology(in, parameter.spec().rows(), parameter.spec().columns());
        var arrays = readArrays(in, topology.nonZeros(), slots);
        yield () -> {
          parameter.replace(topology, arrays[0]);
          fill(parameter, arrays);
        };
      }
      case MASKED -> {
        var mask = readTopology(in, parameter.spec().rows(), parameter.spec().columns());
        var arrays = readArrays(in, parameter.stored(), slots);
        yield () -> {
          parameter.mask(mask);
          fill(parameter, arrays);
        };
      }
      case DENSE -> {
        var arrays = readArrays(in, parameter.stored(), slots);
        yield () -> fill(parameter, arrays);
      }
    };
  }

  private static void expect(String what, int expected, int found) throws IOException {
    if (found != expected) {
      throw new IOException(what + " is " + found + ", expected " + expected);
    }
  }

  private static Topology readTopology(ChecksummedInput in, int rows, int columns)
      throws IOException {
    var nonZeros = in.readInt();
    if (nonZeros < 0) {
      throw new IOException(nonZeros + " active weights");
    }
    in.require(Integer.BYTES * ((long) rows + nonZeros));
    var counts = new int[rows];
    for (var row = 0; row < rows; row++) {
      counts[row] = in.readInt();
    }
    var positions = new long[nonZeros];
    var p = 0;
    for (var row = 0; row < rows; row++) {
      for (var end = p + (long) counts[row]; p < end; p++) {
        if (p == nonZeros) {
          throw new IOException("more active weights than announced");
        }
        var column = in.readInt();
        if (column < 0 || column >= columns) {
          throw new IOException("column " + column + " in row " + row + " of " + columns);
        }
        positions[p] = (long) row * columns + column;
      }
    }
    expect("number of active weights", nonZeros, p);
    try {
      return Topology.of(rows, columns, positions);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Values, then slots: all that there are, or none before the first step. */
  private static float[][] readArrays(ChecksummedInput in, int stored, int slots)
      throws IOException {
    var count = in.readInt();
    if (count != 0 && count != slots) {
      throw new IOException(count + " optimizer slots, expected " + slots);
    }
    in.require(Float.BYTES * (1L + count) * stored);
    var arrays = new float[1 + count][];
    for (var i = 0; i < arrays.length; i++) {
      arrays[i] = in.readFloats(stored);
    }
    return arrays;
  }

  private static void fill(Parameter parameter, float[][] arrays) {
    System.arraycopy(arrays[0], 0, parameter.values(), 0, parameter.stored());
    parameter.slots(arrays.length - 1);
    for (var slot = 0; slot < parameter.slots(); slot++) {
      System.arraycopy(arrays[1 + slot], 0, parameter.slot(slot), 0, parameter.stored());
    }
  }
}
