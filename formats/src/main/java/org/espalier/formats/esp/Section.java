package org.espalier.formats.esp;

import java.util.List;
import org.espalier.engine.EspalierException;

/**
 * A run of bytes of a compressed file, as its header describes it.
 *
 * @param tensors what it holds: one tensor, or all that were refined together
 * @param sparse whether absent weights are left out; then the mask comes before the values
 * @param stored values of a single tensor: its non-zeros if sparse
 * @param values how they are coded: {@code f32}, {@code f16}, {@code int2} to {@code int8}, {@code
 *     surp}
 * @param checksum CRC-32C of the bytes
 */
record Section(
    List<String> tensors, boolean sparse, long stored, String values, long bytes, int checksum) {
  Section {
    tensors = List.copyOf(tensors);
  }

  /** Whether any beginning of it can be decoded. */
  boolean progressive() {
    return values.equals(Coding.Refined.NAME);
  }

  /** How an error names it. */
  String title() {
    return tensors.size() == 1
        ? "tensor " + tensors.getFirst()
        : tensors.size() + " refined tensors";
  }

  /** Checks bytes that were read for it. */
  void require(byte[] read) {
    if (EncodedSection.checksum(read) != checksum) {
      throw new EspalierException(title() + ": the checksum is not right: damaged");
    }
  }
}
