package org.espalier.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {

  @Test
  void namesTheProgramAndTheNumberOfTheBuild() {
    assertThat(new Version().getVersion())
        .singleElement()
        .asString()
        .matches("espalier \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
