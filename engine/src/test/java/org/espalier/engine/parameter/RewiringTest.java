package org.espalier.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.espalier.engine.network.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewiringTest {

  /** What a parameter is, in the plainest terms: the entry of each active position. */
  private final TreeMap<Long, Entry> model = new TreeMap<>();

  private record Entry(float value, float gradient, float slot0, float slot1) {
    static final Entry NEW = new Entry(0, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 17, 31, 2", // small, two optimizer slots
    "2, 1, 97, 1",
    "3, 97, 1, 1",
    "4, 7, 70000, 1", // columns beyond 16 bits
    "5, 13, 65536, 2", // the most that fit 16 bits
    "6, 101, 103, 0"
  })
  void randomRewiringsAgreeWithAMapOfEntries(long seed, int rows, int columns, int slots) {
    var random = new Random(seed);
    var parameter = random(random, rows, columns, slots);
    for (var update = 0; update < 60; update++) {
      var size = parameter.topology().size();
      var dropped = droppedIndices(parameter, random);
      var grown = grownPositions(parameter, dropped, random.nextInt(40), size, random);
      rewireModel(parameter, dropped, grown);
      var version = parameter.version();

      parameter.rewire(new Rewiring(dropped, grown));

      assertAgrees(parameter, slots, "seed %d, update %d".formatted(seed, update));
      assertThat(parameter.version()).isNotEqualTo(version);
    }
  }

  @Test
  void droppedAndRegrownWeightsKeepValueAndState() {
    var parameter = Parameter.sparse(spec(2, 3), Topology.of(2, 3, new long[] {0, 2, 4}));
    parameter.slots(1);
    System.arraycopy(new float[] {1, 2, 3}, 0, parameter.values(), 0, 3);
    System.arraycopy(new float[] {4, 5, 6}, 0, parameter.slot(0), 0, 3);

    parameter.rewire(new Rewiring(new int[] {0, 1}, new long[] {2, 5}));

    assertThat(parameter.topology().positions()).containsExactly(2, 4, 5);
    assertThat(parameter.values()).containsExactly(2, 3, 0);
    assertThat(parameter.slot(0)).containsExactly(5, 6, 0);
  }

  @Test
  void emptyRewiringLeavesEveryBitAlone() {
    var parameter = Parameter.sparse(spec(1, 4), Topology.of(1, 4, new long[] {1, 3}));
    parameter.values()[0] = -0f;
    parameter.values()[1] = Float.intBitsToFloat(0x7FC12345);

    parameter.rewire(new Rewiring(new int[0], new long[0]));

    assertThat(Float.floatToRawIntBits(parameter.values()[0])).isEqualTo(0x80000000);
    assertThat(Float.floatToRawIntBits(parameter.values()[1])).isEqualTo(0x7FC12345);
  }

  @Test
  void everythingMayGoAndComeBackElsewhere() {
    var parameter = Parameter.sparse(spec(2, 2), Topology.of(2, 2, new long[] {0, 1}));

    parameter.rewire(new Rewiring(new int[] {0, 1}, new long[0]));
    assertThat(parameter.nonZeros()).isZero();

    parameter.rewire(new Rewiring(new int[0], new long[] {2, 3}));
    assertThat(parameter.topology().positions()).containsExactly(2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0,0; ; dropped index 0 after 0",
        "1,0; ; dropped index 0 after 1",
        "-1; ; dropped index -1",
        "2; ; dropped index 2",
        "; 3,3; grown position 3 after 3",
        "; 5,3; grown position 3 after 5",
        "; -1; grown position -1",
        "; 6; grown position 6",
        "; 1; grown position 1 is active",
        "0; 4; grown position 4 is active",
      })
  void refusesUpdatesThatDoNotFit(String dropped, String grown, String message) {
    var before = Topology.of(2, 3, new long[] {1, 4});
    var parameter = Parameter.sparse(spec(2, 3), before);
    var rewiring =
        new Rewiring(
            numbers(dropped).stream().mapToInt(Long::intValue).toArray(),
            numbers(grown).stream().mapToLong(Long::longValue).toArray());

    assertThatThrownBy(() -> parameter.rewire(rewiring))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(parameter.topology()).isSameAs(before);
  }

  private Parameter random(Random random, int rows, int columns, int slots) {
    var positions = random.longs(0, (long) rows * columns).distinct().limit(50).sorted().toArray();
    var parameter = Parameter.sparse(spec(rows, columns), Topology.of(rows, columns, positions));
    parameter.slots(slots);
    for (var i = 0; i < positions.length; i++) {
      var entry =
          new Entry(
              random.nextFloat(),
              random.nextFloat(),
              slots > 0 ? random.nextFloat() : 0,
              slots > 1 ? random.nextFloat() : 0);
      model.put(positions[i], entry);
      parameter.values()[i] = entry.value();
      parameter.gradients()[i] = entry.gradient();
      if (slots > 0) {
        parameter.slot(0)[i] = entry.slot0();
      }
      if (slots > 1) {
        parameter.slot(1)[i] = entry.slot1();
      }
    }
    return parameter;
  }

  private static int[] droppedIndices(Parameter parameter, Random random) {
    var share = random.nextDouble();
    return random
        .ints(parameter.stored(), 0, Math.max(1, parameter.stored()))
        .filter(index -> random.nextDouble() < share)
        .distinct()
        .sorted()
        .toArray();
  }

  /** Absent positions, and some of those just dropped. */
  private long[] grownPositions(
      Parameter parameter, int[] dropped, int count, long size, Random random) {
    var positions = parameter.topology().positions();
    var candidates = new ArrayList<Long>();
    for (var index : dropped) {
      if (random.nextInt(4) == 0) {
        candidates.add(positions[index]);
      }
    }
    random.longs(count, 0, size).filter(p -> !model.containsKey(p)).forEach(candidates::add);
    return candidates.stream().distinct().sorted().mapToLong(Long::longValue).toArray();
  }

  private void rewireModel(Parameter parameter, int[] dropped, long[] grown) {
    var before = new TreeMap<>(model);
    var positions = parameter.topology().positions();
    for (var index : dropped) {
      model.remove(positions[index]);
    }
    for (var position : grown) {
      model.put(position, before.getOrDefault(position, Entry.NEW));
    }
  }

  private void assertAgrees(Parameter parameter, int slots, String when) {
    assertThat(parameter.nonZeros()).as(when).isEqualTo(model.size());
    assertThat(parameter.stored()).as(when).isEqualTo(model.size());
    var entries = new TreeMap<Long, Entry>();
    var positions = parameter.topology().positions();
    for (var i = 0; i < positions.length; i++) {
      var entry =
          new Entry(
              parameter.values()[i],
              parameter.gradients()[i],
              slots > 0 ? parameter.slot(0)[i] : 0,
              slots > 1 ? parameter.slot(1)[i] : 0);
      entries.put(positions[i], entry);
    }
    assertThat(entries).as(when).isEqualTo(model);
  }

  private static List<Long> numbers(String text) {
    return text == null ? List.of() : List.of(text.split(",")).stream().map(Long::valueOf).toList();
  }

  private static ParameterSpec spec(int rows, int columns) {
    return new ParameterSpec("fc1.weight", ParameterSpec.Role.WEIGHT, rows, columns, 1, 1, 1);
  }
}
