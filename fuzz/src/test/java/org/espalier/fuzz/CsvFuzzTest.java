package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.data.format.CsvFile;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables of numbers. */
class CsvFuzzTest {

  static Stream<byte[]> seeds() {
    return Stream.of(
            "a,b,label\n1,2.5,x\n-3e2,4,y\n5,6,x\n7,8,y\n9,1,x\n",
            "\"label\";\"a\"\r\n0;1,5\r\n1;2\r\n0;3\r\n1;4\r\n",
            "1\t2\t0\n3\t4\t1\n5\t6\t0\n7\t8\t1\n")
        .map(it -> it.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void read(byte[] input) throws IOException {
    var file = Scratch.file("in.csv", input);
    ReaderContract.requireKept(input.length, () -> CsvFile.read(file, Optional.empty(), 1));
    ReaderContract.requireKept(input.length, () -> CsvFile.read(file, Optional.of("label"), 1));
  }
}
