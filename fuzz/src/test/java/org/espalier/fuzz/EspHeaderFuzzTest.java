package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.esp.EspFile;
import org.junit.jupiter.params.provider.MethodSource;

/** The first bytes of compressed networks, as they are. */
class EspHeaderFuzzTest {

  private static final int PREAMBLE = 20;

  static Stream<byte[]> seeds() {
    return Stream.of(
        Scratch.written(EspContents.of(SmallModel.MODEL, new Coding.Quantised(2))::write));
  }

  /** Only the checksum of the header is put right: what is deflated is the fuzzer's own. */
  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var bytes = input.clone();
    if (bytes.length > PREAMBLE) {
      var fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      var length = Math.clamp(fields.getInt(PREAMBLE - 8), 0, bytes.length - PREAMBLE);
      var sum = new CRC32C();
      sum.update(bytes, PREAMBLE, length);
      fields.putInt(PREAMBLE - 4, (int) sum.getValue());
    }
    var file = Scratch.file("in.esp", bytes);
    ReaderContract.requireKept(input.length, () -> EspFile.read(file));
  }
}
