package org.espalier.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateDistortionCommandTest {
  @TempDir private Path folder;

  @Test
  void theCurveOfTheCoderStandsBesideTheTheory() {
    var result =
        Console.run(
                "lab",
                "rate-distortion",
                "--weights",
                "20000",
                "--distortion",
                "0.75,0.25",
                "--json")
            .json();

    assertThat(result.get("weights").intValue()).isEqualTo(20_000);
    assertThat(result.get("points").size()).isEqualTo(2);
    for (var point : result.get("points")) {
      var surp = point.get("surp");
      var rate = point.get("rate_distortion").doubleValue();
      assertThat(rate)
          .isCloseTo(-Math.log(surp.get("distortion").doubleValue()) / Math.log(2), within(1e-9));
      assertThat(surp.get("index_bits").doubleValue())
          .isGreaterThan(rate)
          .isCloseTo(rate * point.get("ratio").doubleValue(), within(1e-9));
      assertThat(surp.get("bits").doubleValue())
          .isCloseTo(
              surp.get("index_bits").doubleValue()
                  + surp.get("sign_bits").doubleValue()
                  + surp.get("header_bits").doubleValue(),
              within(1e-9));
      var floor = point.get("floor_quantiser");
      assertThat(floor.get("entropy_bits").doubleValue())
          .isGreaterThan(rate)
          .isLessThan(surp.get("index_bits").doubleValue());
      assertThat(floor.get("sparsity").doubleValue())
          .isLessThan(surp.get("sparsity").doubleValue());
    }
    assertThat(result.get("textbook").get("iterations").intValue()).isLessThan(30);
  }

  @Test
  void beginningsShorterThanTheHeaderAreRefused() throws Exception {
    var data = folder.resolve("tiny.csv");
    Files.writeString(data, "a,b,label\n" + "1,2,x\n2,1,y\n3,1,x\n1,3,y\n".repeat(20));
    var run = folder.resolve("tiny").toString();
    var trained =
        Console.run(
            "train",
            "--data=csv:" + data,
            "--model=mlp:4",
            "--method=dense",
            "--epochs=1",
            "--batch=4",
            "--out=" + run);
    assertThat(trained.exit()).as(trained.err()).isZero();

    var console = Console.run("lab", "rate-distortion", "--model=" + run, "--bits=0.25,60");

    assertThat(console.exit()).isEqualTo(1);
    assertThat(console.err())
        .contains("0.25 bits per weight are 0 bytes of 16 weights")
        .contains("expected room for the header");
  }

  @Test
  void coarserThresholdsTakeFewerBits() {
    var usual = Console.run("lab", "rate-distortion", "--distortion", "0.5", "--json").json();
    var coarse =
        Console.run(
                "lab",
                "rate-distortion",
                "--distortion",
                "0.5",
                "--multiple",
                "2.5",
                "--shrink",
                "0.5",
                "--json")
            .json();

    assertThat(coarse.get("points").get(0).get("ratio").doubleValue())
        .isLessThan(1.4)
        .isLessThan(usual.get("points").get(0).get("ratio").doubleValue());
  }

  @Test
  void peopleGetTablesAndADrawing() throws Exception {
    var chart = folder.resolve("curve.svg");
    var console =
        Console.run("lab", "rate-distortion", "--weights", "5000", "--chart", chart.toString());

    assertThat(console.exit()).as(console.err()).isZero();
    assertThat(console.out()).contains("D/D0", "R(D)", "no candidate left after", "wrote ");
    assertThat(Files.readString(chart)).startsWith("<svg").contains("SuRP", "the bound");
  }

  @Test
  void oneStreamServesSeveralRates() {
    var run = folder.resolve("run").toString();
    var trained =
        Console.run(
            "train",
            "--data",
            "glyphs",
            "--model",
            "mlp:64",
            "--method",
            "dense",
            "--epochs",
            "2",
            "--out",
            run);
    assertThat(trained.exit()).as(trained.err()).isZero();

    var result =
        Console.run("lab", "rate-distortion", "--model", run, "--bits", "0.5,2,6", "--json").json();

    var whole = result.get("accuracy").doubleValue();
    var prefixes = result.get("prefixes");
    assertThat(result.get("weights").longValue()).isEqualTo(28 * 28 * 64 + 64 * 30);
    assertThat(result.get("data").stringValue()).isEqualTo("glyphs");
    assertThat(prefixes.get(0).get("bits").doubleValue()).isCloseTo(0.5, within(1e-3));
    assertThat(prefixes.get(0).get("sparsity").doubleValue())
        .isGreaterThan(prefixes.get(1).get("sparsity").doubleValue());
    assertThat(prefixes.get(2).get("distortion").doubleValue()).isLessThan(0.1);
    assertThat(prefixes.get(2).get("accuracy").doubleValue()).isCloseTo(whole, within(0.01));

    var unknown = Console.run("lab", "rate-distortion", "--model", run, "--data", "glyph");

    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("unknown data 'glyph'; did you mean glyphs?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--weights 2 | --weights 2: expected 3 or more",
        "--distortion 1 | --distortion 1.0: expected numbers above 0 and below 1.0",
        "--bits 2,1 | --bits [2.0, 1.0]: expected ascending numbers",
        "--shrink 1 | SuRP, shrink 1.0: expected 0.5 to 0.999",
        "--multiple 0 | SuRP, first multiple 0.0: expected 0.01 to 30",
        "--threads -1 | --threads -1: expected 0 or more",
      })
  void whatMakesNoSenseIsRefusedInOneLine(String arguments, String message) {
    var console = Console.run(("lab rate-distortion " + arguments).split(" "));

    assertThat(console.exit()).isEqualTo(2);
    assertThat(console.err()).contains("espalier: " + message);
  }
}
