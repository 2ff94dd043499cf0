package org.espalier.formats.coding;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * A symbol of a small alphabet whose probabilities are learnt while it is coded: its bits, the
 * highest first, each with an {@link AdaptiveBit} for every value of the bits before it.
 */
public final class AdaptiveSymbol {
  private final int bits;
  private final AdaptiveBit[] nodes; // of a binary tree: children of i are 2i and 2i + 1, root is 1

  /**
   * A model that knows nothing yet.
   *
   * @param bits of a symbol: symbols are 0 to 2^bits − 1; at most 16, since the tree has 2^bits
   *     nodes
   */
  public AdaptiveSymbol(int bits) {
    if (bits < 0 || bits > 16) {
      throw new IllegalArgumentException("bits " + bits + ": expected 0 to 16");
    }
    this.bits = bits;
    nodes = new AdaptiveBit[1 << bits];
    Arrays.setAll(nodes, _ -> new AdaptiveBit());
  }

  /** Codes a symbol and learns it. */
  public void encode(RangeEncoder encoder, int symbol) {
    var node = 1;
    for (var i = bits - 1; i >= 0; i--) {
      var bit = symbol >>> i & 1;
      nodes[node].encode(encoder, bit);
      node = 2 * node + bit;
    }
  }

  /**
   * The next symbol, learnt too.
   *
   * @throws DataFormatException if the stream ends before it
   */
  public int decode(RangeDecoder decoder) throws DataFormatException {
    var node = 1;
    for (var i = 0; i < bits; i++) {
      node = 2 * node + nodes[node].decode(decoder);
    }
    return node - (1 << bits);
  }
}
