package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.formats.coding.Bitmap;
import org.espalier.formats.coding.MaskCodecs;
import org.junit.jupiter.params.provider.MethodSource;

/** All codecs of masks; what they decode must come back from its encoding. */
class MaskCodecFuzzTest {

  private static final int HEAD = 4;

  /** Positions that a caller may ask for: the memory they take is its own choice. */
  private static final int MOST_POSITIONS = 1 << 16;

  static Stream<byte[]> seeds() {
    return IntStream.range(0, MaskCodecs.ALL.size())
        .boxed()
        .flatMap(codec -> IntStream.of(2, 50).mapToObj(step -> seed(codec, step)));
  }

  private static byte[] seed(int codec, int step) {
    var positions = 2000;
    var ones = IntStream.range(0, positions).filter(it -> it * it % step == 1).toArray();
    var bytes = MaskCodecs.ALL.get(codec).encode(Bitmap.of(positions, ones));
    return ByteBuffer.allocate(HEAD + bytes.length)
        .putInt(codec << 24 | positions)
        .put(bytes)
        .array();
  }

  @MethodSource("seeds")
  @FuzzTest
  void decodedAndEncoded(byte[] input) throws IOException {
    if (input.length < HEAD) {
      return;
    }
    var head = ByteBuffer.wrap(input).getInt();
    var codec = MaskCodecs.ALL.get((head >>> 24) % MaskCodecs.ALL.size());
    var positions = (head & 0xff_ffff) % (MOST_POSITIONS + 1);
    ReaderContract.requireKept(
        input.length,
        () -> {
          var mask = codec.decode(input, HEAD, input.length, positions);
          if (!codec.decode(codec.encode(mask), positions).equals(mask)) {
            throw new AssertionError(codec.name() + ": another mask than was encoded");
          }
        });
  }
}
