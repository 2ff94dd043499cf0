package org.espalier.engine.parameter;

import java.util.Arrays;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.RandomStream;
import org.espalier.engine.random.Randoms;

/**
 * How a network starts: the distribution of weights and of biases; normalisation starts as
 * identity.
 *
 * <p>A weight is a pure function of (seed, name, row, column): a sparse tensor holds the very bits
 * that the dense one has at its active positions, whatever the mask, at a cost in proportion to
 * non-zeros and rows.
 */
public record Initialiser(Weights weights, Biases biases, FanIn fanIn) {

  /** The distribution of weights; the mean is zero. */
  public enum Weights {
    /** Variance 2/fan-in, for ReLU (He, Zhang, Ren, Sun 2015). */
    KAIMING_NORMAL,
    /** Uniform in ±1/√fan-in: PyTorch's default for its layers, Kaiming with slope √5. */
    KAIMING_UNIFORM,
    /** Variance 2/(fan-in + fan-out) (Glorot and Bengio 2010). */
    XAVIER_NORMAL,
    /** Uniform with variance 2/(fan-in + fan-out) (Glorot and Bengio 2010). */
    XAVIER_UNIFORM,
    ZEROS
  }

  /** The distribution of biases. */
  public enum Biases {
    ZEROS,
    /** Uniform in ±1/√fan-in of the layer's weights: PyTorch's default. */
    UNIFORM
  }

  /** Whose inputs count where some are absent; where all are active there is no difference. */
  public enum FanIn {
    /** All inputs: weights are those of the dense network. */
    DENSE,
    /** Weights are divided by √density of their tensor (Liu et al. 2019, arXiv 1810.05270). */
    LAYER,
    /**
     * Weights are divided by √density of their row, so that Kaiming's fan-in is the number of
     * active inputs of that neuron (Evci et al. 2022, arXiv 2010.03533).
     */
    NEURON
  }

  /** Kaiming normal as for the dense network, biases zero. */
  public static final Initialiser STANDARD =
      new Initialiser(Weights.KAIMING_NORMAL, Biases.ZEROS, FanIn.DENSE);

  /** What PyTorch's layers do unless told otherwise. */
  public static final Initialiser PYTORCH =
      new Initialiser(Weights.KAIMING_UNIFORM, Biases.UNIFORM, FanIn.DENSE);

  /** Words of one Philox block, of which a Gaussian number takes all. */
  private static final int BLOCK = 4;

  /** Gives all tensors their first values. */
  public void initialise(Parameters parameters, Randoms randoms) {
    for (var parameter : parameters) {
      var values = parameter.values();
      switch (parameter.spec().role()) {
        case WEIGHT -> draw(parameter, randoms);
        case BIAS -> bias(parameter, parameters, randoms);
        case NORM_SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1);
        case NORM_SHIFT, RUNNING_MEAN -> Arrays.fill(values, 0);
      }
    }
  }

  private void bias(Parameter bias, Parameters parameters, Randoms randoms) {
    switch (biases) {
      case ZEROS -> Arrays.fill(bias.values(), 0);
      case UNIFORM -> {
        var weight = parameters.of(bias.spec().node() + ".weight").spec();
        var bound = 1 / Math.sqrt(weight.fanIn());
        var stream = randoms.stream(Purpose.INITIALISATION, bias.name(), 0);
        var values = bias.values();
        for (var i = 0; i < values.length; i++) {
          values[i] = (float) (bound * symmetric(stream));
        }
      }
    }
  }

  private void draw(Parameter weight, Randoms randoms) {
    var spec = weight.spec();
    var values = weight.values();
    var sparse = weight.storage() == Storage.SPARSE;
    var scale = scale(spec);
    for (var row = 0; row < spec.rows(); row++) {
      var start = sparse ? weight.topology().rowStart()[row] : row * spec.columns();
      var end = sparse ? weight.topology().rowStart()[row + 1] : start + spec.columns();
      if (start == end) {
        continue;
      }
      var stream = randoms.stream(Purpose.INITIALISATION, spec.name(), row);
      var rowScale = scale / Math.sqrt(density(weight, row));
      for (var i = start; i < end; i++) {
        var column = sparse ? weight.topology().column(i) : i - start;
        values[i] = (float) (rowScale * unit(stream, column));
      }
    }
  }

  /** A draw that depends on the column alone. */
  private double unit(RandomStream stream, int column) {
    return switch (weights) {
      case KAIMING_NORMAL, XAVIER_NORMAL -> {
        stream.seek((long) BLOCK * column);
        yield stream.nextGaussian();
      }
      case KAIMING_UNIFORM, XAVIER_UNIFORM -> {
        stream.seek(column);
        yield symmetric(stream);
      }
      case ZEROS -> 0;
    };
  }

  private static double symmetric(RandomStream stream) {
    return 2.0 * stream.nextFloat() - 1;
  }

  /** The deviation of a normal, the bound of a uniform distribution. */
  private double scale(ParameterSpec spec) {
    var both = (double) spec.fanIn() + spec.fanOut();
    return switch (weights) {
      case KAIMING_NORMAL -> Math.sqrt(2.0 / spec.fanIn());
      case KAIMING_UNIFORM -> Math.sqrt(1.0 / spec.fanIn());
      case XAVIER_NORMAL -> Math.sqrt(2 / both);
      case XAVIER_UNIFORM -> Math.sqrt(6 / both);
      case ZEROS -> 0;
    };
  }

  /** The share of inputs that counts; a row of a masked tensor without any counts as with one. */
  private double density(Parameter weight, int row) {
    if (fanIn == FanIn.DENSE || weight.storage() == Storage.DENSE) {
      return 1;
    }
    if (fanIn == FanIn.LAYER) {
      return Math.max(weight.density(), 1.0 / weight.spec().size());
    }
    var rowStart = weight.topology().rowStart();
    var active = Math.max(1, rowStart[row + 1] - rowStart[row]);
    return active / (double) weight.spec().columns();
  }
}
