package org.espalier.formats.surp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;

/**
 * SuRP: pruning and compression of weights by successive refinement (Isik, Weissman, No, "An
 * Information-Theoretic Justification for Model Pruning", AISTATS 2022, arXiv 2102.08329).
 *
 * <p>All weights begin at zero. A pass adds the threshold θ = c·m to every weight whose residual
 * reaches it, m being the mean residual; where there is none, c shrinks. Every prefix of the stream
 * is a network: the shorter, the sparser and the coarser.
 *
 * <p>It differs from the paper where that cannot be decoded or stalls: a pass has one threshold and
 * sends its indices as a set, the order of which would carry no information; shrinking is part of
 * the stream, and bounds by how much a threshold falls at once; the mean residual is tracked
 * exactly. No order is drawn, so there is no seed.
 */
public final class Surp {
  private Surp() {}

  /**
   * Encodes tensors together, the largest weights of all first.
   *
   * @throws org.espalier.engine.EspalierException if a weight is not finite, or the target is a
   *     size too small for the header
   */
  public static SurpStream encode(List<float[]> tensors, Settings settings, Stop stop) {
    return new Encoder(tensors, settings, stop).encode();
  }

  /**
   * Decodes a stream, or the beginning of one: the network at that point of its refinement.
   *
   * @param from where the stream begins
   * @param to where it ends, or is cut off; anywhere after its header
   * @param lengths of the tensors, as they were encoded: what is allocated depends on these alone
   * @throws DataFormatException if it is damaged, of other tensors, or cut off within its header
   */
  public static List<float[]> decode(byte[] bytes, int from, int to, int... lengths)
      throws DataFormatException {
    return decoder(bytes, from, to, lengths, false).weights();
  }

  /**
   * {@link #decode} of a stream that may be forged: it takes time in proportion to the bytes and
   * the weights. Memory beside some bits per weight is taken for what is not zero.
   *
   * @throws DataFormatException also if its refinements take more time than its bytes are worth;
   *     streams that stop at a number of bytes do not
   */
  public static List<SparseWeights> decodeBounded(byte[] bytes, int from, int to, int... lengths)
      throws DataFormatException {
    return decoder(bytes, from, to, lengths, true).nonZeros();
  }

  private static Decoder decoder(byte[] bytes, int from, int to, int[] lengths, boolean bounded)
      throws DataFormatException {
    var in = ByteBuffer.wrap(bytes, from, to - from);
    var weights = Arrays.stream(lengths).asLongStream().sum();
    var header = StreamHeader.read(in, lengths.length, weights);
    var decoder = new Decoder(header, lengths, bounded);
    decoder.decode(bytes, in.position(), to);
    return decoder;
  }
}
