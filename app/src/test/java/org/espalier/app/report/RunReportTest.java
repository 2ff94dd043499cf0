package org.espalier.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class RunReportTest {
  private static final String HOSTILE = "</style><script>alert('x')</script>&\u0001";

  @TempDir Path folder;

  @Test
  void showsCurvesDensitiesCostsNetworkAndRecipe() throws IOException {
    var html = html(summary(Map.of()));

    assertThat(html)
        .contains("<h1>rigl on glyphs, mlp</h1>")
        .contains("test: 81.00 % at epoch 1", "train: 93.00 % at epoch 3")
        .contains("test: 0.50 at epoch 2")
        .contains("all prunable layers: 30.00 % at epoch 3")
        .contains("fc1, requested: 10.00 %", "fc1, realised: 10.02 %")
        .contains("this run, indices: 400 B", "dense, optimizer: 3.91 KiB")
        .contains("dense, timed beside it: 6.00 ms")
        .contains("dense 6.00 ms: 3.00× as fast")
        .contains("<pre tabindex=\"0\">method:\n  name: rigl</pre>")
        .contains("<td>fc1</td>")
        .contains("Processor</td><td>Test CPU");
  }

  @Test
  void whatIsAbsentIsLeftOut() throws IOException {
    var bare =
        new RunSummary(
            "",
            new Figures(Map.of("method", "dense")),
            List.of(),
            List.of(),
            summary(Map.of()).network());

    var html = html(bare);

    assertThat(html)
        .contains("<h1>dense on –, –</h1>")
        .doesNotContain(
            "Accuracy", "R_s", "Memory of the parameters", "Density of each layer", "NaN");
  }

  @Test
  void measuresThatAreNotFiniteLeaveGapsOnly() throws IOException {
    var epochs =
        List.of(
            new RunSummary.Epoch(1, Map.of("train_loss", 2.0)),
            new RunSummary.Epoch(2, Map.of("train_loss", Double.NaN)),
            new RunSummary.Epoch(3, Map.of("train_loss", Double.POSITIVE_INFINITY)));
    var run = summary(Map.of());

    var html = html(new RunSummary("", run.figures(), epochs, List.of(), run.network()));

    assertThat(html).contains("train: 2.00 at epoch 1").doesNotContain("NaN", "Infinity");
  }

  @Test
  void hostileTextStaysText() throws IOException {
    var html = html(summary(Map.of("method", HOSTILE, "run", HOSTILE, "cpu", HOSTILE)));

    assertThat(html).doesNotContain("<script").doesNotContain("\u0001").contains("&lt;script&gt;");
  }

  @Test
  void policyAllowsItsOwnStyleAndNothingElse() throws IOException, GeneralSecurityException {
    var html = html(summary(Map.of()));

    var style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    var hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    assertThat(html)
        .contains(
            "content=\"default-src 'none'; style-src 'sha256-"
                + Base64.getEncoder().encodeToString(hash)
                + "'\"")
        .doesNotContain("http://", "https://", "<script", " style=\"", "url(", "@import");
  }

  @Test
  void everyChartIsWellFormed() throws IOException, ParserConfigurationException, SAXException {
    var html = html(summary(Map.of("method", HOSTILE)));
    var charts = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL).matcher(html).results().toList();

    assertThat(charts).hasSize(6);
    var parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    for (var chart : charts) {
      var root = parser.parse(new InputSource(new StringReader(chart.group())));
      assertThat(root.getDocumentElement().getTagName()).isEqualTo("svg");
    }
  }

  private String html(RunSummary summary) throws IOException {
    var path = folder.resolve("report.html");
    RunReport.write(path, summary);
    return Files.readString(path);
  }

  private static RunSummary summary(Map<String, Object> changes) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("method", "rigl");
    figures.put("data", "glyphs");
    figures.put("model", "mlp");
    figures.put("seed", 1);
    figures.put("test_accuracy", 0.83);
    figures.put("step_ms", 2.0);
    figures.put("dense_step_ms", 6.0);
    figures.put("cpu", "Test CPU");
    var held = new long[] {400, 400, 400, 400, 800};
    var dense = new long[] {4000, 4000, 4000, 0, 800};
    var names =
        List.of(
            "parameter_bytes",
            "gradient_bytes",
            "optimizer_bytes",
            "index_bytes",
            "activation_bytes");
    for (var i = 0; i < names.size(); i++) {
      figures.put(names.get(i), held[i]);
      figures.put("dense_" + names.get(i), dense[i]);
    }
    figures.putAll(changes);
    var epochs =
        IntStream.rangeClosed(1, 3)
            .mapToObj(
                number ->
                    new RunSummary.Epoch(
                        number,
                        Map.of(
                            "test_accuracy",
                            0.8 + 0.01 * number,
                            "train_accuracy",
                            0.9 + 0.01 * number,
                            "test_loss",
                            1.0 / number,
                            "step_ms",
                            2.0,
                            "r_s",
                            0.1 * number)))
            .toList();
    var network =
        NetworkBuilder.of("mlp", Shape.features(20)).linear("fc1", 30).linear("fc2", 4).build();
    return new RunSummary(
        "method:\n  name: rigl",
        new Figures(figures),
        epochs,
        List.of(new RunSummary.LayerDensity("fc1.weight", 0.1, 0.1002)),
        NetworkTable.of(network, Map.of("fc1.weight", 0.1)));
  }
}
