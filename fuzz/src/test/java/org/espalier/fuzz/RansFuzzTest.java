package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.formats.coding.Rans;
import org.junit.jupiter.params.provider.MethodSource;

/** Symbols under rANS. */
class RansFuzzTest {

  private static final int HEAD = 2;

  static Stream<byte[]> seeds() {
    return IntStream.of(0, 1, 300, 9000).mapToObj(RansFuzzTest::seed);
  }

  private static byte[] seed(int count) {
    var symbols = new byte[count];
    var random = new Random(1);
    for (var i = 0; i < count; i++) {
      symbols[i] = (byte) (random.nextGaussian() * 3);
    }
    var bytes = Rans.encode(symbols);
    return ByteBuffer.allocate(HEAD + bytes.length).putShort((short) count).put(bytes).array();
  }

  @MethodSource("seeds")
  @FuzzTest
  void decodedAndEncoded(byte[] input) throws IOException {
    if (input.length < HEAD) {
      return;
    }
    var count = ByteBuffer.wrap(input).getShort() & 0xffff;
    ReaderContract.requireKept(
        input.length,
        () -> {
          var symbols = Rans.decode(input, HEAD, input.length, count);
          var encoded = Rans.encode(symbols);
          if (!Arrays.equals(Rans.decode(encoded, 0, encoded.length, count), symbols)) {
            throw new AssertionError("other symbols than were encoded");
          }
        });
  }
}
