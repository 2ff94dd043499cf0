package org.espalier.engine.network;

/**
 * One named tensor of a network, as PyTorch lays it out:
 * [outputs][inputs][kernelHeight][kernelWidth].
 *
 * <p>Seen as a matrix it has {@code rows = outputs} and {@code columns = inputs·kh·kw}.
 *
 * @param name node and tensor, for example {@code conv1.weight}
 * @param inputs inputs <em>per group</em>
 * @param groups of a convolution; 1 elsewhere
 */
public record ParameterSpec(
    String name,
    Role role,
    int outputs,
    int inputs,
    int kernelHeight,
    int kernelWidth,
    int groups) {

  /** What a tensor is to its layer. */
  public enum Role {
    /** Weights of linear and convolutional layers: the only prunable role. */
    WEIGHT,
    BIAS,
    NORM_SCALE,
    NORM_SHIFT,
    /** Running statistics: saved with the network, never trained. */
    RUNNING_MEAN,
    RUNNING_VARIANCE
  }

  /** A tensor of one value per output. */
  public static ParameterSpec vector(String name, Role role, int size) {
    return new ParameterSpec(name, role, size, 1, 1, 1, 1);
  }

  public boolean prunable() {
    return role == Role.WEIGHT;
  }

  public boolean trained() {
    return role != Role.RUNNING_MEAN && role != Role.RUNNING_VARIANCE;
  }

  public boolean depthwise() {
    return groups > 1 && inputs == 1;
  }

  public int rows() {
    return outputs;
  }

  public int columns() {
    return Math.multiplyExact(inputs, kernelHeight * kernelWidth);
  }

  /** Values of the dense tensor. */
  public long size() {
    return (long) rows() * columns();
  }

  /** Inputs that reach one output, for initialisation. */
  public int fanIn() {
    return columns();
  }

  /** Outputs that one input of an ungrouped layer reaches, for initialisation; as in PyTorch. */
  public long fanOut() {
    return (long) outputs * kernelHeight * kernelWidth;
  }

  /** The node this tensor belongs to. */
  public String node() {
    return name.substring(0, name.lastIndexOf('.'));
  }
}
