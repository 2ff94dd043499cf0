package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.NetworkText;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.params.provider.MethodSource;

/** The text form of networks. */
class NetworkTextFuzzTest {

  static Stream<byte[]> seeds() {
    return Stream.of(
            SmallModel.NETWORK,
            Models.named("lenet-300-100", new Shape(1, 28, 28), 10),
            Models.named("mobilenet-v1", new Shape(3, 32, 32), 10))
        .map(it -> NetworkText.write(it).getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void parsedAndWritten(byte[] input) throws IOException {
    var text = new String(input, StandardCharsets.UTF_8);
    ReaderContract.requireKept(
        input.length,
        () -> {
          var network = NetworkText.parse(text);
          if (!NetworkText.parse(NetworkText.write(network)).equals(network)) {
            throw new AssertionError("another network than was written");
          }
        });
  }
}
