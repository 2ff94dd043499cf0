package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.espalier.app.cli.Espalier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "step --threads 0 | --threads 0: expected 1 or more",
        "step --batch 0 | --batch 0: expected 1 or more",
        "step --classes 0 | --classes 0: expected 1 or more",
        "step --seconds 0 | --seconds 0.0: expected a number above 0",
        "step --model vgg-61 | unknown model 'vgg-61'; did you mean",
        "layers --block 3x1 | block 3x1: expected",
        "step --model lenet-5 --sparsity 1.5 | sparsity 1.5",
        "step --against tensorflow | unknown rival 'tensorflow'; expected one of dense, torch",
        "step --model lenet-5,resnet-20 --batch 1,2,3 | --batch: 3 values for 2 models: expected 1"
            + " or 2",
        "step --chart x.svg | --chart: expected two sparsities or more",
        "step --block 3x1 | block 3x1: expected",
        "layers --batch 0 | --batch 0: expected 1 or more",
        "layers --sparsity 0.9,0.5 | --sparsity [0.9, 0.5]: expected ascending fractions",
        "layers --against onnxruntime | unknown rival 'onnxruntime'",
        "layers --seconds NaN | --seconds NaN: expected a number above 0",
        "profile --threads 0 | --threads 0: expected 1 or more",
        "profile --model lenet-5 --sparsity 1 | sparsity 1",
        "inference --threads 0 | --threads 0: expected 1 or more",
        "inference --block 3x1 | block 3x1: expected",
        "inference --sparsity 1 | sparsity 1",
        "inference --batch 16,0 | --batch 0: expected 1 or more",
        "inference --seconds 0 | --seconds 0.0: expected a number above 0",
        "inference --against onnxruntme | unknown rival 'onnxruntme'; did you mean",
        "scale --steps 0 | --steps 0: expected 1 or more",
        "scale --threads 0 | --threads 0: expected 1 or more",
        "kernels --rows 0 | --rows 0: expected 1 to 65536",
        "kernels --rows 65536 --columns 8192 | --rows 65536 --columns 8192: expected at most 2^28",
        "kernels --batch 0 | --batch 0: expected 1 or more",
        "codecs --positions 0 | --positions 0: expected 1 or more",
        "codecs --density 1.5 | --density 1.5: expected 0 to 1",
        "codecs --seconds 0 | --seconds 0.0: expected a number above 0",
        "kernels --density 0 | --density 0.0: expected 0 < density"
      })
  void whatMakesNoSenseIsRefusedInOneLine(String arguments, String message) {
    var errors = new StringWriter();

    var exit =
        Espalier.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(errors))
            .execute(("bench " + arguments).split(" "));

    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString().lines().filter(it -> it.startsWith("espalier: ")))
        .singleElement()
        .asString()
        .contains(message);
  }
}
