package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.kernels.Kernels;
import org.espalier.engine.parallel.WorkerPool;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer or convolution over its active weights alone, with bias and ReLU fused.
 *
 * <p>Time follows nnz in all three products: forward and input gradient are one kernel over the
 * structure and its mirror, the weight gradient is taken at the non-zeros. Where little is absent
 * the dense kernels are faster still ({@link NearlyDense}). Masked storage differs in where values
 * come from (gathered) and in its dense weight gradient.
 */
final class SparseProduct implements Product {
  private static final int MIRROR_CHUNK = 1 << 14;

  private final ProductGeometry geometry;
  private final Parameter weight;
  private final Bias bias;
  private final Slot input;
  private final Workspace workspace;
  private final Pass pass;
  private final TiledMultiply forward;
  private final @Nullable TiledMultiply inputGradient;
  private final SparseGradient sparseGradient;
  private final DenseGradient denseGradient;
  private final Growth growth;
  private final @Nullable NearlyDense nearlyDense;
  // Method references are made once: a step allocates nothing.
  private final WorkerPool.Task mirror = this::mirror;
  private final WorkerPool.Task maskedGradient = this::maskedGradient;

  private SparseStructure structure;
  private int version;
  private float[] gathered = {}; // [nnz], masked storage only
  private float[] mirrored = {}; // [nnz] values in the order of the mirror

  SparseProduct(
      ProductGeometry geometry,
      Parameter weight,
      Bias bias,
      Slot input,
      Tensor dy,
      Workspace workspace,
      Pass pass) {
    this.geometry = geometry;
    this.weight = weight;
    this.bias = bias;
    this.input = input;
    this.workspace = workspace;
    this.pass = pass;

    var lanes = pass.kernels().lanes();
    var plane = geometry.outputPlane(lanes);
    var x = geometry.inputSide(lanes);
    var gradientSide = geometry.outputSide(dy, lanes);
    this.structure = build();
    this.version = weight.version();
    this.gathered = room();
    var y = geometry.outputSide(geometry.y(), lanes);
    var part = new TiledMultiply.Part(plane, x, y, 0, weight.spec().rows());
    this.forward = new TiledMultiply("forward", geometry, List.of(part), matrix(), density(), pass);
    this.sparseGradient = new SparseGradient(plane, x, gradientSide, gradientRows(), pass);
    this.denseGradient = new DenseGradient(x, gradientSide, geometry.offsets(), lanes);
    this.growth = new Growth(geometry, denseGradient, pass);
    this.inputGradient = inputGradient(input.gradient(), gradientSide, lanes);
    this.nearlyDense =
        weight.storage() == Storage.SPARSE && NearlyDense.suits(geometry)
            ? new NearlyDense(weight, new DenseMatrix(geometry, input, dy, pass), workspace, pass)
            : null;
  }

  private @Nullable TiledMultiply inputGradient(@Nullable Tensor dx, Side gradientSide, int lanes) {
    if (dx == null) {
      return null;
    }
    var channels = geometry.x().shape().channels();
    var parities = new ArrayList<TiledMultiply.Part>();
    for (var parity = 0; parity < geometry.stride() * geometry.stride(); parity++) {
      parities.add(
          new TiledMultiply.Part(
              geometry.inputPlane(parity, lanes),
              gradientSide,
              geometry.paritySide(dx, parity, lanes),
              parity * channels,
              (parity + 1) * channels));
    }
    var mirror = structure.mirror(pass.kernels());
    return new TiledMultiply("input gradient", geometry, parities, mirror, density(), pass);
  }

  private CompressedRows matrix() {
    return structure.matrix(pass.kernels());
  }

  /** Sums of a weight gradient follow its tiles, so they are never chosen by their speed. */
  private SparseRows gradientRows() {
    var matrix = matrix();
    return matrix.tiled(matrix.tiling(pass.kernels().gradientVectors(matrix.together())));
  }

  private double density() {
    return structure.topology().density();
  }

  private SparseStructure build() {
    // A grouped convolution in dense storage has structural zeros: its weights are a full topology.
    var topology =
        weight.storage() == Storage.DENSE
            ? Topology.full(weight.spec().rows(), weight.spec().columns())
            : weight.topology();
    return new SparseStructure(geometry, topology, input.gradient() != null);
  }

  /** Follows the parameter's topology if it changed since the last step. */
  private void follow() {
    if (version == weight.version()) {
      return;
    }
    version = weight.version();
    structure = build();
    gathered = room();
    forward.adopt(matrix(), density());
    sparseGradient.adopt(gradientRows());
    if (inputGradient != null) {
      inputGradient.adopt(structure.mirror(pass.kernels()), density());
    }
  }

  private float[] room() {
    return new float[weight.storage() == Storage.MASKED ? structure.topology().nonZeros() : 0];
  }

  @Override
  public String weight() {
    return weight.name();
  }

  @Override
  public void forward(Pass pass) {
    follow();
    if (nearlyDense != null && nearlyDense.productsPay(forward.together())) {
      nearlyDense.forward(bias.values(), bias.output());
    } else {
      forward.multiply(activeValues(), bias.values(), bias.output());
    }
    bias.afterForward();
  }

  /** Values in the order of the structure. */
  private float[] activeValues() {
    if (weight.storage() != Storage.MASKED) {
      return weight.values();
    }
    var topology = structure.topology();
    var values = weight.values();
    for (var row = 0; row < topology.rows(); row++) {
      var base = row * topology.columns();
      for (var p = topology.rowStart()[row]; p < topology.rowStart()[row + 1]; p++) {
        gathered[p] = values[base + topology.column(p)];
      }
    }
    return gathered;
  }

  @Override
  public void backward(
      Pass pass, Map<String, AbsentGradients.Wanted> wanted, Map<String, AbsentGradients> found) {
    bias.backward();
    pass.trace(Tracer.Part.WEIGHT_GRADIENT);
    weightGradient();
    var asked = wanted.get(weight.name());
    if (asked != null) {
      if (weight.storage() != Storage.SPARSE) {
        throw new EspalierException(
            weight.name() + " is " + weight.storage() + ": only sparse weights grow");
      }
      pass.trace(Tracer.Part.ABSENT_GRADIENTS);
      found.put(weight.name(), growth.largest(structure.topology(), asked));
    }
    if (inputGradient != null) {
      pass.trace(Tracer.Part.INPUT_GRADIENT);
      inputGradient(
          inputGradient, input.accumulate() ? Kernels.Output.ACCUMULATE : Kernels.Output.ASSIGN);
    }
  }

  private void weightGradient() {
    if (weight.storage() == Storage.MASKED) {
      var blocks = Math.ceilDiv(weight.spec().rows(), DenseMultiply.BLOCK_ROWS);
      pass.run(Long.MAX_VALUE, blocks, maskedGradient);
    } else if (nearlyDense != null && nearlyDense.gradientPays()) {
      nearlyDense.weightGradient();
    } else {
      sparseGradient.compute(weight.gradients());
    }
  }

  /** The dense gradient of a few rows, group by group. */
  private void maskedGradient(int block) {
    var spec = weight.spec();
    var perGroup = geometry.outputsPerGroup();
    var end = Math.min(spec.rows(), (block + 1) * DenseMultiply.BLOCK_ROWS);
    for (var r0 = block * DenseMultiply.BLOCK_ROWS; r0 < end; ) {
      var group = r0 / perGroup;
      var r1 = Math.min(end, (group + 1) * perGroup);
      var k0 = group * spec.columns();
      denseGradient.compute(
          pass,
          r0,
          r1,
          k0,
          k0 + spec.columns(),
          weight.gradients(),
          r0 * spec.columns(),
          spec.columns());
      r0 = r1;
    }
  }

  private void inputGradient(TiledMultiply product, Kernels.Output output) {
    if (nearlyDense != null && nearlyDense.productsPay(product.together())) {
      nearlyDense.inputGradient();
      return;
    }
    var weights = structure.permutation().length;
    mirrored = workspace.values(weights);
    pass.sweep(weights, Math.ceilDiv(weights, MIRROR_CHUNK), mirror);
    product.multiply(mirrored, Kernels.NO_BIAS, output);
  }

  /** One gather per weight, so that the product itself reads values in a row. */
  private void mirror(int chunk) {
    var permutation = structure.permutation();
    var active = weight.storage() == Storage.MASKED ? gathered : weight.values();
    var end = Math.min(permutation.length, (chunk + 1) * MIRROR_CHUNK);
    for (var i = chunk * MIRROR_CHUNK; i < end; i++) {
      mirrored[i] = active[permutation[i]];
    }
  }

  @Override
  public void close() {
    forward.close();
    if (inputGradient != null) {
      inputGradient.close();
    }
  }

  @Override
  public long indexBytes() {
    return structure.bytes()
        + (weight.storage() == Storage.DENSE ? structure.topology().bytes() : 0)
        + 4L * gathered.length;
  }
}
