package org.espalier.formats.esp;

import java.util.List;
import java.util.zip.CRC32C;

/** A section and its bytes. */
record EncodedSection(Section section, byte[] bytes) {

  static EncodedSection of(
      List<String> tensors, boolean sparse, long stored, String values, byte[] bytes) {
    var section = new Section(tensors, sparse, stored, values, bytes.length, checksum(bytes));
    return new EncodedSection(section, bytes);
  }

  static int checksum(byte[] bytes) {
    var sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }
}
