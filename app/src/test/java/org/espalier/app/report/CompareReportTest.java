package org.espalier.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareReportTest {
  @TempDir Path folder;

  @Test
  void tellsMeanSpreadAndNumberOfSeedsOfEachCell() throws IOException {
    var html =
        html(
            run("rigl", 0.98, 1, 0.80),
            run("rigl", 0.9, 1, 0.88),
            run("rigl", 0.9, 2, 0.90),
            run("dense", 0, 1, 0.91));

    assertThat(html)
        .contains("<td>rigl</td><td>90 %</td><td>89.00 ± 1.41 (n=2)</td>")
        .contains("<td>rigl</td><td>98 %</td><td>80.00 (n=1)</td>")
        .contains("<td>dense</td><td>–</td><td>91.00 (n=1)</td>")
        .contains("rigl: 89.00 % ± 1.41 % at sparsity 90 %", "dense: 91.00 %")
        .contains("4 runs");
  }

  @Test
  void sparsitiesAscendAndMethodsKeepTheirOrder() {
    var comparison =
        new Comparison(
            List.of(
                run("set", 0.95, 1, 0.1),
                run("rigl", 0.9, 1, 0.2),
                run("set", 0.9, 1, 0.3),
                run("dense", 0, 1, 0.4)));

    assertThat(comparison.cells())
        .extracting(cell -> cell.method() + " " + cell.sparsity())
        .containsExactly("set 0.9", "set 0.95", "rigl 0.9", "dense 0.0");
    assertThat(comparison.sparsities()).containsExactly(0.9, 0.95);
  }

  @Test
  void denseRunsAloneMakeAReportToo() throws IOException {
    assertThat(html(run("dense", 0, 1, 0.9))).contains("dense").doesNotContain("NaN");
  }

  @Test
  void spreadIsTheSampleStandardDeviation() {
    var spread = Spread.of(List.of(1.0, 2.0, 3.0, 4.0));

    assertThat(spread.mean()).isEqualTo(2.5);
    assertThat(spread.deviation()).isEqualTo(Math.sqrt(5.0 / 3));
    assertThat(spread.count()).isEqualTo(4);
    assertThat(Spread.of(List.of(0.5)).deviation()).isZero();
  }

  private String html(Comparison.Measured... runs) throws IOException {
    var path = folder.resolve("compare.html");
    CompareReport.write(path, "glyphs", new Comparison(List.of(runs)), "data: glyphs");
    return Files.readString(path);
  }

  private static Comparison.Measured run(
      String method, double sparsity, long seed, double accuracy) {
    return new Comparison.Measured(method, sparsity, seed, accuracy, 2, 1000, "runs/x");
  }
}
