package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.espalier.engine.executor.Footprint;
import org.junit.jupiter.api.Test;

class StepChartTest {
  private static final Footprint BYTES = new Footprint(1, 2, 3, 4, 5);

  static StepRow row(String opponent, double sparsity, double ratio) {
    var timing =
        new PairedTiming.Result(10, 10 / ratio, 9, 9 / ratio, ratio, 0.9 * ratio, 1.2 * ratio, 7);
    var layouts =
        opponent.equals("torch") ? Map.of("NCHW", 10.0, "NHWC", 12.0) : Map.<String, Double>of();
    return new StepRow(
        "resnet-20",
        "3x32x32",
        64,
        sparsity,
        "erk",
        "1x1",
        2,
        1000,
        new StepRace.Result(timing, 0.1, 10),
        opponent,
        layouts.isEmpty() ? "" : "NCHW",
        layouts,
        BYTES,
        new Footprint(10, 20, 30, 0, 5),
        new ResidentMemory(1, 2),
        null);
  }

  @Test
  void breakEvenLiesOnTheLine() throws Exception {
    var svg = StepChart.svg(List.of(row("torch", 0.9, 4), row("torch", 0.5, 0.8)));

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg)
        .contains("resnet-20, batch 64, break-even at 60 %")
        .contains("4.00×, 3.60× to 4.80×")
        .contains("1.00× at absent weights 60 %")
        .contains("prefers-color-scheme: dark");
  }

  @Test
  void whereSparseAlwaysWinsThereIsNoBreakEven() {
    var svg = StepChart.svg(List.of(row("dense", 0.5, 1.5), row("dense", 0.9, 4)));

    assertThat(svg).doesNotContain("break-even").contains("dense: 1×");
  }
}
