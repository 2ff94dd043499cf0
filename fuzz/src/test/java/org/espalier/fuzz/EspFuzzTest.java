package org.espalier.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.stream.Stream;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;
import org.espalier.formats.esp.EspFile;
import org.espalier.formats.esp.EspFile.Completeness;
import org.junit.jupiter.params.provider.MethodSource;

/** Compressed networks whose checksums are right, see {@link EspForgery}. */
class EspFuzzTest {

  static Stream<byte[]> seeds() {
    return Stream.of(
            new Coding.Exact(),
            new Coding.Half(),
            new Coding.Quantised(4),
            new Coding.Stepped(0.01),
            new Coding.Refined(200))
        .map(coding -> Scratch.written(EspContents.of(SmallModel.MODEL, coding)::write))
        .map(EspForgery::opened);
  }

  @MethodSource("seeds")
  @FuzzTest
  void readWholeAndInPart(byte[] input) throws IOException {
    var file = Scratch.file("in.esp", EspForgery.closed(input));
    ReaderContract.requireKept(input.length, () -> EspFile.read(file));
    ReaderContract.requireKept(
        input.length,
        () -> {
          try (var esp = EspFile.open(file, Completeness.BEGINNING)) {
            esp.tensors();
          }
        });
    ReaderContract.requireKept(
        input.length,
        () -> {
          try (var esp = EspFile.open(file, Completeness.BEGINNING)) {
            SmallModel.requireSame(esp.model(), esp.contents().model());
          }
        });
  }
}
