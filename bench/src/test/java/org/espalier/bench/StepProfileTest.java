package org.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.espalier.bench.StepProfile.Place;
import org.espalier.bench.StepProfile.Work;
import org.espalier.engine.executor.Tracer.Part;
import org.espalier.engine.network.Models;
import org.espalier.engine.network.Shape;
import org.junit.jupiter.api.Test;

class StepProfileTest {
  private final AtomicLong now = new AtomicLong(100);
  private final StepProfile profile =
      new StepProfile(Models.named("resnet-20", new Shape(3, 32, 32), 10), 2, now::get);

  @Test
  void timeGoesToThePartThatBeganLast() {
    profile.begin("conv1", Part.FORWARD);
    now.addAndGet(5);
    profile.begin("bn1", Part.FORWARD);
    now.addAndGet(7);
    profile.begin("conv1", Part.WEIGHT_GRADIENT);
    now.addAndGet(11);
    profile.begin("input", Part.UPDATE);
    now.addAndGet(13);
    var spent = profile.take();
    now.addAndGet(1000);

    assertThat(spent.keySet())
        .containsExactly(
            new Place("conv1", Work.FORWARD_PRODUCT),
            new Place("bn1", Work.NORMALISATION),
            new Place("conv1", Work.WEIGHT_GRADIENT),
            new Place("input", Work.OPTIMIZER));
    assertThat(spent.values())
        .extracting(StepProfile.Spent::total)
        .containsExactly(5L, 7L, 11L, 13L);
    assertThat(profile.take()).isEmpty();
  }

  @Test
  void waitingIsWhatEvenSharingWouldSave() {
    profile.begin("conv1", Part.FORWARD);
    now.addAndGet(10); // alone
    var task = profile.shared(number -> now.addAndGet(number));
    task.run(30); // one task of 30 on two threads: 15 would do
    now.addAndGet(4); // alone
    var spent = profile.take().values().iterator().next();

    assertThat(spent.total()).isEqualTo(44);
    assertThat(spent.alone()).isEqualTo(14);
    assertThat(spent.waiting()).isEqualTo(15);
  }

  @Test
  void theMiddleOfManyStepsCounts() {
    assertThat(ProfileBenchCommand.middle(List.of(1))).containsExactly(1);
    assertThat(ProfileBenchCommand.middle(List.of(1, 2, 3, 4, 5, 6, 7, 8)))
        .containsExactly(3, 4, 5, 6);
  }
}
