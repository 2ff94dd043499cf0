package org.espalier.methods;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.assertj.core.api.Assertions;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Randoms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicMethodsTest {
  private static final long SEED = 7;
  private static final TrainingPlan PLAN = new TrainingPlan(100, 50);

  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl", "set-itop", "rigl-itop"})
  void nonZerosStayTheSameAtEveryStepOf500(String name) {
    for (var sparsity : List.of(0.3, 0.9)) {
      var run = run(name, 500, "sparsity", sparsity, "every", "10it", "drop-fraction", 0.5);
      var before = nonZeros(run);
      for (var step = 0; step < 500; step++) {
        run.iterate();
        assertThat(nonZeros(run)).as("%s, step %d, seed %d", name, step, SEED).isEqualTo(before);
      }
      assertThat(metric(run, "topology_updates")).isGreaterThan(30);
      assertThat(metric(run, "r_s_sparse")).isGreaterThan(1.2 * (1 - sparsity)).isLessThan(1.0001);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl", "set-itop", "rigl-itop"})
  void keptWeightsKeepEveryBitAndNewOnesStartAtZero(String name) {
    var run = run(name, 200, "sparsity", 0.7, "every", "20it", "drop-fraction", 0.4);
    var after = name.equals("rigl") ? 20 : 19;
    run.runTo(after);
    var before = run("static-random", 200, "sparsity", 0.7);
    before.runTo(20);

    run.iterate();

    var moved = 0;
    for (var parameter : sparse(run)) {
      var old = entries(before.parameter(parameter.name()));
      for (var entry : entries(parameter).entrySet()) {
        var expected = old.getOrDefault(entry.getKey(), List.of(0f, 0f));
        assertThat(entry.getValue())
            .as("%s at %d, seed %d", parameter.name(), entry.getKey(), SEED)
            .isEqualTo(expected);
        moved += old.containsKey(entry.getKey()) ? 0 : 1;
      }
    }
    assertThat(moved).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"rigl, 0.7", "rigl, 0.2", "rigl-itop, 0.7", "rigl-itop, 0.2"})
  void everyGrownGradientIsAtLeastAsLargeAsAnyThatDidNotGrow(String name, double sparsity) {
    var run = run(name, 200, "sparsity", sparsity, "every", "20it", "drop-fraction", 0.5);
    run.runTo(19);
    var still = run("static-random", 200, "sparsity", sparsity);
    still.runTo(20);
    while (metric(run, "topology_updates") == 0) {
      run.iterate();
    }
    for (var parameter : sparse(run)) {
      var old = still.parameter(parameter.name());
      var count = parameter.stored() - kept(old, name);
      var kept = Arrays.stream(smallestLast(old)).limit(kept(old, name)).sorted().toArray();
      var gradient = run.gradient(parameter.name());
      var smallestGrown = Float.POSITIVE_INFINITY;
      var largestLeft = 0f;
      for (var position = 0; position < gradient.length; position++) {
        var magnitude = Math.abs(gradient[position]);
        if (Arrays.binarySearch(kept, position) >= 0) {
          assertThat(parameter.topology().active(position)).isTrue();
        } else if (parameter.topology().active(position)) {
          smallestGrown = Math.min(smallestGrown, magnitude);
          count--;
        } else {
          largestLeft = Math.max(largestLeft, magnitude);
        }
      }
      assertThat(count).isZero();
      assertThat(smallestGrown).isGreaterThanOrEqualTo(largestLeft);
    }
  }

  private static int kept(Parameter parameter, String method) {
    var fraction =
        method.equals("rigl")
            ? 0.25 * (1 + Math.cos(Math.PI * 20 / 150))
            : 0.005 + 0.495 / 2 * (1 + Math.cos(Math.PI * 20 / 200));
    var dropped = fraction * parameter.stored();
    return parameter.stored()
        - (int) (method.equals("rigl") ? Math.floor(dropped) : Math.ceil(dropped));
  }

  /** Positions by |value| descending. */
  private static long[] smallestLast(Parameter parameter) {
    var entries = entries(parameter);
    return entries.keySet().stream()
        .sorted((a, b) -> Float.compare(magnitude(entries, b), magnitude(entries, a)))
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static float magnitude(Map<Long, List<Float>> entries, long position) {
    return Math.abs(entries.getOrDefault(position, List.of(0f)).getFirst());
  }

  @Test
  void anUpdateOfRigLSpendsItsBatchAndCountsNoStep() {
    var run = run("rigl", 100, "every", "10it");
    for (var iteration = 0; iteration < 10; iteration++) {
      assertThat(run.iterate()).isTrue();
    }
    assertThat(run.iterate()).isFalse();
    assertThat(run.step()).isEqualTo(10);
    assertThat(run.iterate()).isTrue();
    run.runTo(100);
    // At 10, 20 … 70: the end is at 75 % of the run.
    assertThat(metric(run, "topology_updates")).isEqualTo(7);
    assertThat(run.iteration()).isEqualTo(107);
  }

  @Test
  void setAndItopMakeEveryStep() {
    for (var name : List.of("set", "set-itop", "rigl-itop")) {
      var run = run(name, 100, "every", "10it");
      run.runTo(100);
      assertThat(run.iteration()).isEqualTo(100);
      // ITOP goes on to the end, but the last step has no update.
      assertThat(metric(run, "topology_updates")).isEqualTo(name.equals("set") ? 7 : 9);
    }
  }

  @Test
  void theOriginalSetUpdatesAfterEveryEpochButTheLast() {
    var run = run("set", 200, "variant", "original");
    run.runTo(200);
    assertThat(metric(run, "topology_updates")).isEqualTo(3);
  }

  @Test
  void dropFractionZeroLeavesEveryBitAlone() {
    var run = run("rigl", 100, "every", "10it", "drop-fraction", 0);
    run.runTo(10);
    var before = run.state();
    assertThat(run.iterate()).isFalse();
    assertThat(run.state()).isEqualTo(before);

    var still = run("static-random", 100);
    still.runTo(10);
    assertThat(before).isEqualTo(still.state());
  }

  @Test
  void saturatedLayersAreStoredDenseAndLeftAlone() {
    var run = run("rigl", 100, "sparsity", 0.5, "every", "10it");
    run.runTo(60);
    assertThat(run.parameter("fc3.weight").storage()).isEqualTo(Storage.DENSE);
    assertThat(run.hook().metrics()).doesNotContainKey("r_s/fc3.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "rigl", "set-itop", "rigl-itop"})
  void runsOfOneSeedAreEqualAndOthersDiffer(String name) {
    var one = run(name, 100, "every", "10it");
    var two = run(name, 100, "every", "10it");
    var method = SyntheticRun.method(name, "every", "10it");
    var drawn = method.prepare(SyntheticRun.NETWORK, PLAN, new Randoms(SEED + 1));
    var other = new SyntheticRun(SyntheticRun.NETWORK, drawn, SEED); // weights, gradients as ever
    List.of(one, two, other).forEach(run -> run.runTo(100));
    assertThat(one.state()).isEqualTo(two.state()).isNotEqualTo(other.state());
  }

  @ParameterizedTest
  @CsvSource({"set, true", "set-itop, true", "rigl, false", "rigl-itop, false"})
  void theSeedDecidesWhatGrowsWhereGrowthIsRandomAlone(String name, boolean random) {
    var one = run(name, 100, "every", "10it");
    var method = SyntheticRun.method(name, "every", "10it");
    var onItsMask =
        method.prepare(SyntheticRun.NETWORK, PLAN, new Randoms(SEED + 1), one.parameters());
    var other = new SyntheticRun(SyntheticRun.NETWORK, onItsMask, SEED);
    assertThat(other.state()).isEqualTo(one.state());
    List.of(one, other).forEach(run -> run.runTo(50));
    assertThat(other.state().equals(one.state())).isNotEqualTo(random);
  }

  @ParameterizedTest
  @CsvSource({"set, 19", "rigl, 20", "rigl, 25", "set-itop, 30", "rigl-itop, 29"})
  void resumedRunsEqualUninterruptedOnes(String name, int at) throws IOException {
    var whole = run(name, 100, "every", "10it");
    whole.runTo(100);
    var cut = run(name, 100, "every", "10it");
    cut.runTo(at);
    var saved = new ByteArrayOutputStream();
    cut.hook().save(new DataOutputStream(saved));

    var resumed = run(name, 100, "every", "10it");
    resumed.restore(cut);
    resumed.hook().load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
    resumed.runTo(100);

    assertThat(resumed.state()).isEqualTo(whole.state());
    assertThat(resumed.hook().metrics()).isEqualTo(whole.hook().metrics());
  }

  @Test
  void savedStateOfAnotherRunIsRefused() throws IOException {
    var saved = new ByteArrayOutputStream();
    run("set", 100, "sparsity", 0.5).hook().save(new DataOutputStream(saved));
    var bytes = saved.toByteArray();
    Assertions.assertThatThrownBy(() -> load(run("set", 100, "sparsity", 0.98), bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fc3.weight");
    Assertions.assertThatThrownBy(
            () -> load(run("set", 100, "sparsity", 0.5), Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(EOFException.class);
  }

  private static void load(SyntheticRun run, byte[] bytes) throws IOException {
    run.hook().load(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void intervalsLongerThanTheRunAreSaidSo() {
    var plan = new TrainingPlan(3_000, 469);
    assertThat(SyntheticRun.method("rigl-itop").notes(SyntheticRun.NETWORK, plan))
        .containsExactly(
            "no topology update will happen in 3,000 steps: every=4000it, begin=0%, end=100%, the"
                + " first would be at step 4,000");
    assertThat(SyntheticRun.method("set-itop").notes(SyntheticRun.NETWORK, plan)).isEmpty();
    assertThat(SyntheticRun.method("rigl", "end", "50it").notes(SyntheticRun.NETWORK, plan))
        .hasSize(1);
    assertThat(SyntheticRun.method("dense").notes(SyntheticRun.NETWORK, plan)).isEmpty();
  }

  private static SyntheticRun run(String name, long steps, Object... settings) {
    return new SyntheticRun(SyntheticRun.method(name, settings), steps, SEED);
  }

  private static double metric(SyntheticRun run, String name) {
    return run.hook().metrics().getOrDefault(name, Double.NaN);
  }

  private static List<Long> nonZeros(SyntheticRun run) {
    return StreamSupport.stream(run.parameters().spliterator(), false)
        .map(Parameter::nonZeros)
        .toList();
  }

  private static List<Parameter> sparse(SyntheticRun run) {
    return StreamSupport.stream(run.parameters().spliterator(), false)
        .filter(parameter -> parameter.storage() == Storage.SPARSE)
        .toList();
  }

  /** Value and momentum by position. */
  private static Map<Long, List<Float>> entries(Parameter parameter) {
    var entries = new HashMap<Long, List<Float>>();
    var positions = parameter.topology().positions();
    for (var i = 0; i < positions.length; i++) {
      entries.put(positions[i], List.of(parameter.values()[i], parameter.slot(0)[i]));
    }
    return entries;
  }
}
