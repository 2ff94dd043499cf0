package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.espalier.formats.coding.AdaptiveNumber;
import org.espalier.formats.coding.AdaptiveSymbol;
import org.espalier.formats.coding.RangeDecoder;
import org.espalier.formats.coding.RangeEncoder;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers, symbols and raw bits under the range coder. */
class RangeCoderFuzzTest {

  private static final int SYMBOL_BITS = 5;
  private static final int RAW_BITS = 9;
  private static final int MOST = 10_000;

  /** What is coded in one turn. */
  private record Turn(long number, int symbol, long raw) {}

  static Stream<byte[]> seeds() {
    return Stream.<LongStream>of(
            LongStream.empty(),
            LongStream.range(0, 200),
            LongStream.of(0, 1, Long.MAX_VALUE - 1, 1L << 40))
        .map(
            numbers ->
                encoded(numbers.mapToObj(it -> new Turn(it, (int) (it & 31), it & 511)).toList()));
  }

  private static byte[] encoded(List<Turn> turns) {
    var encoder = new RangeEncoder();
    var number = new AdaptiveNumber();
    var symbol = new AdaptiveSymbol(SYMBOL_BITS);
    for (var turn : turns) {
      number.encode(encoder, turn.number);
      symbol.encode(encoder, turn.symbol);
      encoder.bits(turn.raw, RAW_BITS);
    }
    return encoder.finish();
  }

  private static List<Turn> decoded(byte[] bytes, int most) throws DataFormatException {
    var decoder = new RangeDecoder(bytes);
    var number = new AdaptiveNumber();
    var symbol = new AdaptiveSymbol(SYMBOL_BITS);
    var turns = new ArrayList<Turn>();
    try {
      while (turns.size() < most) {
        turns.add(new Turn(number.decode(decoder), symbol.decode(decoder), decoder.bits(RAW_BITS)));
      }
      decoder.requireEnd();
    } catch (DataFormatException e) {
      if (turns.isEmpty()) {
        throw e;
      }
    }
    return turns;
  }

  @MethodSource("seeds")
  @FuzzTest
  void decodedAndEncoded(byte[] input) throws IOException {
    ReaderContract.requireKept(
        input.length,
        () -> {
          var turns = decoded(input, MOST);
          if (!decoded(encoded(turns), turns.size()).equals(turns)) {
            throw new AssertionError("other numbers than were encoded");
          }
        });
  }
}
