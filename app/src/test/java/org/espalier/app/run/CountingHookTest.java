package org.espalier.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.espalier.engine.training.TrainingHook;
import org.junit.jupiter.api.Test;

class CountingHookTest {
  @Test
  void timeBeforeAnInterruptionCounts() throws IOException {
    var saved = new ByteArrayOutputStream();
    var earlier = new CountingHook(TrainingHook.NONE);
    earlier.load(state(3_600_000_000_000L));
    earlier.save(new DataOutputStream(saved));

    var resumed = new CountingHook(TrainingHook.NONE);
    resumed.load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

    assertThat(resumed.iterations()).isEqualTo(70);
    assertThat(resumed.withDenseGradients()).isEqualTo(7);
    assertThat(resumed.seconds()).isGreaterThanOrEqualTo(3600);
  }

  private static DataInputStream state(long nanos) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeLong(70);
    out.writeLong(7);
    out.writeLong(nanos);
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
