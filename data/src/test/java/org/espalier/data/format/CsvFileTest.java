package org.espalier.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.data.Dataset;
import org.espalier.data.Split;
import org.espalier.data.TestData;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {
  @TempDir Path folder;

  @Test
  void trainAndTestFilesAreTheSplits() {
    write("train.csv", "width,height,kind\n1,2,cat\n-3.5,4e2,dog\n\n5,6,cat\n");
    write("test.csv", "width,height,kind\n7,8,dog\n");
    var dataset = CsvFile.read(folder, Optional.empty(), 1);
    assertThat(dataset.shape().channels()).isEqualTo(2);
    assertThat(dataset.classes()).containsExactly("cat", "dog");
    assertThat(dataset.train().size()).isEqualTo(3);
    assertThat(row(dataset.train(), 1)).containsExactly(-3.5f, 400);
    assertThat(dataset.train().label(1)).isEqualTo(1);
    assertThat(row(dataset.test(), 0)).containsExactly(7, 8);
  }

  @Test
  void singleFileIsSplitBySeed() {
    var lines = new StringBuilder();
    IntStream.range(0, 50).forEach(i -> lines.append(i + ".0;" + i % 3 + "\n"));
    var file = write("all.csv", lines.toString());
    var dataset = CsvFile.read(file, Optional.empty(), 1);
    assertThat(dataset.train().size()).isEqualTo(40);
    assertThat(dataset.test().size()).isEqualTo(10);
    assertThat(values(CsvFile.read(file, Optional.empty(), 1))).isEqualTo(values(dataset));
    assertThat(values(CsvFile.read(file, Optional.empty(), 2))).isNotEqualTo(values(dataset));
  }

  @Test
  void firstLineOfNumbersIsASample() {
    var dataset = CsvFile.read(write("a.csv", "1\t2\ta\n3\t4\tb\n5\t6\ta\n"), Optional.empty(), 1);
    assertThat(dataset.train().size() + dataset.test().size()).isEqualTo(3);
  }

  @Test
  void namedLabelColumnCanStandAnywhere() {
    write("train.csv", "kind,\"a \"\"b\"\", c\"\nx,1\ny,2\n");
    write("test.csv", "kind,other\ny,3\n");
    var dataset = CsvFile.read(folder, Optional.of("kind"), 1);
    assertThat(row(dataset.train(), 1)).containsExactly(2);
    assertThat(dataset.test().label(0)).isEqualTo(1);
  }

  @Test
  void numbersAreDecimalWithOrWithoutExponent() {
    write("train.csv", "1.,+.5,-2.5E-1,a\n1e+2,007,-0,b\n");
    write("test.csv", "1,1,1,a\n");
    var train = CsvFile.read(folder, Optional.empty(), 1).train();
    assertThat(row(train, 0)).containsExactly(1, 0.5f, -0.25f);
    assertThat(row(train, 1)).containsExactly(100, 7, -0f);
  }

  @Test
  void separatorsWithinQuotesSeparateNothing() {
    write("train.csv", "\"Weight, \"\"net\"\", kg\";height;kind\n1;2;a\n3;4;b\n");
    write("test.csv", "\"Weight, kg\";height;kind\n5;6;b\n");
    var dataset = CsvFile.read(folder, Optional.of("kind"), 1);
    assertThat(row(dataset.train(), 1)).containsExactly(3, 4);
    assertThat(row(dataset.test(), 0)).containsExactly(5, 6);
  }

  @Test
  void wholeNumbersAreClassesInNumericalOrder() {
    var dataset = CsvFile.read(write("a.csv", "1,10\n2,9\n3,-1\n"), Optional.empty(), 1);
    assertThat(dataset.classes()).containsExactly("-1", "9", "10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,y,k~1,2,a~1,oops,b | bad.csv:3: column 2 is 'oops', expected a finite number",
        "x,y,k~1,,a           | bad.csv:2: column 2 is '', expected a finite number",
        "x,y,k~1,NaN,a        | bad.csv:2: column 2 is 'NaN', expected a finite number",
        "x,y,k~1,2D,a         | bad.csv:2: column 2 is '2D', expected a finite number",
        "x,y,k~3f,1,a         | bad.csv:2: column 1 is '3f', expected a finite number",
        "x,y,k~1,0x1p3,a      | bad.csv:2: column 2 is '0x1p3', expected a finite number",
        "1,NaN,a~1,2,b        | bad.csv:1: column 2 is 'NaN', expected a finite number",
        "1,-inf,a~1,2,b       | bad.csv:1: column 2 is '-inf', expected a finite number",
        "x,y,k~1,1e99,a       | bad.csv:2: column 2 is '1e99', expected a finite number",
        "x,y,k~1,2,a~~1,b     | bad.csv:4: 2 columns, expected 3 as in the first line",
        "x,y,k~1,2,           | bad.csv:2: column 3 is empty, expected a label",
        "x,y,k                | bad.csv: a header and nothing else, expected samples",
        "x,y,k~1,2,\"a        | bad.csv:2: a quote is open at the end of the line",
        "x~1~2                | bad.csv:1: one column, expected features and a label",
        "~1,2                 | bad.csv:1: empty, expected a header or a sample",
        "1,a~2,a~3,a          | bad.csv: one class, [a], expected at least two",
      })
  void damageIsNamedByLine(String lines, String message) {
    var file = write("bad.csv", lines.strip().replace('~', '\n'));
    assertThatThrownBy(() -> CsvFile.read(file, Optional.empty(), 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknownLabelColumnIsNamed() {
    var file = write("a.csv", "x,y\n1,a\n2,b\n");
    assertThatThrownBy(() -> CsvFile.read(file, Optional.of("z"), 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a.csv:1: no column 'z' for the label, expected one of [x, y]");
  }

  @Test
  void binaryFileIsNotATable() {
    var file =
        TestData.write(folder.resolve("a.csv"), new byte[] {1, ',', (byte) 0xFF, (byte) 0xFE});
    assertThatThrownBy(() -> CsvFile.read(file, Optional.empty(), 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a.csv: not a text, expected UTF-8");
  }

  private Path write(String name, String text) {
    return TestData.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static String values(Dataset dataset) {
    var text = new StringBuilder();
    for (var i = 0; i < dataset.train().size(); i++) {
      text.append(row(dataset.train(), i)[0]).append(' ');
    }
    return text.toString();
  }

  private static float[] row(Split split, int index) {
    var into = new float[split.sampleSize()];
    split.copy(index, into, 0);
    return into;
  }
}
