package org.espalier.app.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import org.espalier.engine.network.NetworkBuilder;
import org.espalier.engine.network.Shape;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.random.Purpose;
import org.espalier.engine.random.Randoms;
import org.espalier.formats.Model;
import org.espalier.formats.esp.Coding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accurate enough is a matter of distortion here. */
class CompressionSearchTest {
  private static final long SEED = 3;

  private final Model model = model();
  private final ArrayList<Candidate> measured = new ArrayList<>();
  private final ArrayList<Candidate> told = new ArrayList<>();
  private final CompressionSearch search = new CompressionSearch(model, 0, told::add);

  /** All codings, halvings of a step and of refined weights would be 24. */
  @ParameterizedTest
  @CsvSource({"0, 24", "1e-6, 24", "1e-3, 22", "0.1, 18", "10, 8"})
  void theSmallestFileThatWillDoIsFoundInFewMeasurements(double distortion, int most) {
    var found = search.accurate(this::accuracy, -distortion);

    assertThat(found.coding() instanceof Coding.Exact || found.distortion() <= distortion)
        .as("%s, seed %d", found.coding(), SEED)
        .isTrue();
    assertThat(told.stream().filter(it -> it.distortion() <= distortion))
        .as("seed %d", SEED)
        .allMatch(it -> it.bytes() >= found.bytes());
    assertThat(measured.size()).as("seed %d", SEED).isLessThanOrEqualTo(most);
  }

  private double accuracy(Model decoded) {
    var candidate =
        told.stream().filter(it -> it.model().equals(decoded)).findFirst().orElseThrow();
    measured.add(candidate);
    return -candidate.distortion();
  }

  private static Model model() {
    var network =
        NetworkBuilder.of("two", new Shape(1, 8, 8))
            .flatten("flatten")
            .linear("fc1", 100)
            .relu("relu")
            .linear("fc2", 10)
            .build();
    var parameters = Parameters.dense(network);
    var random = new Randoms(SEED).stream(Purpose.INITIALISATION, 0, 0);
    for (var parameter : parameters) {
      for (var i = 0; i < parameter.values().length; i++) {
        parameter.values()[i] = (float) random.nextGaussian();
      }
    }
    return new Model(network, parameters, Map.of());
  }
}
