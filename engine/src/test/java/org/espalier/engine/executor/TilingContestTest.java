package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class TilingContestTest {
  private static final long STEP = 40_000_000; // between runs
  private long now = 1_000;
  private int runs;

  /** One run of whose turn it is. */
  private void run(TilingContest contest, IntToLongFunction nanos) {
    var took = nanos.applyAsLong(contest.turn());
    contest.ran(now, now + took);
    now += STEP;
    runs++;
  }

  /** The candidate that wins if candidate i always takes {@code nanos[i]}. */
  private int winner(long... nanos) {
    var contest = new TilingContest(nanos.length);
    while (!contest.settled()) {
      run(contest, candidate -> nanos[candidate]);
      assertThat(runs).isLessThan(1000);
    }
    return contest.turn();
  }

  @Test
  void theFastestWins() {
    assertThat(winner(1_000_000, 1_200_000, 800_000, 900_000)).isEqualTo(2);
  }

  @Test
  void slowerCandidatesLose() {
    assertThat(winner(1_000_000, 1_200_000, 1_010_000)).isZero();
  }

  @Test
  void theFirstStaysUnlessAnotherSavesThreePercent() {
    assertThat(winner(1_000_000, 975_000)).isZero();
    assertThat(winner(1_000_000, 965_000)).isEqualTo(1);
  }

  @Test
  void aSingleCandidateHasWon() {
    assertThat(new TilingContest(1).settled()).isTrue();
  }

  @Test
  void shortRunsAreNotWorthAContest() {
    var contest = new TilingContest(3);
    run(contest, _ -> TilingContest.LEAST_NANOS - 1);

    assertThat(contest.settled()).isTrue();
    assertThat(contest.measured()).isFalse();
    assertThat(contest.turn()).isZero();
  }

  @Test
  void norAreThoseThatTurnOutShortOnceTheyAreCompiled() {
    var contest = new TilingContest(2);
    while (!contest.measured()) {
      run(contest, _ -> 10_000_000);
    }
    run(contest, _ -> 4_000);

    assertThat(contest.settled()).isTrue();
    assertThat(contest.measured()).isFalse();
    assertThat(contest.turn()).isZero();
  }

  @Test
  void theFirstRunsAloneUntilItGetsNoFaster() {
    var contest = new TilingContest(2);
    for (var run = 0; run < 100; run++) {
      var nanos = 50_000_000 - run * 400_000L;
      run(contest, _ -> nanos);
      assertThat(contest.turn()).as("run %d", run).isZero();
    }
    for (var run = 0; !contest.measured(); run++) {
      run(contest, _ -> 10_000_000);
      assertThat(run).isLessThan(TilingContest.STEADY_RUNS + 10);
    }
  }

  @Test
  void runsOfColdCodeDoNotCount() {
    var contest = new TilingContest(2);
    while (!contest.measured()) {
      run(contest, _ -> 1_000_000);
    }
    // The other one is twice as fast, once it is compiled.
    for (var cold = 0; cold < 30; cold++) {
      run(contest, candidate -> candidate == 0 ? 1_000_000 : 30_000_000);
    }
    for (var warm = 0; warm < 200 && !contest.settled(); warm++) {
      run(contest, candidate -> candidate == 0 ? 1_000_000 : 500_000);
    }
    assertThat(contest.settled()).isTrue();
    assertThat(contest.turn()).isEqualTo(1);
  }

  @Test
  void everyCandidateHasTwentyRunsAfterTheOneThatMadeItBetter() {
    var contest = new TilingContest(3);
    while (!contest.measured()) {
      run(contest, _ -> 1_000_000);
    }
    var counts = new int[3];
    while (!contest.settled()) {
      counts[contest.turn()]++;
      run(contest, candidate -> 1_000_000 + candidate);
    }
    assertThat(counts).containsOnly(TilingContest.STEADY_RUNS + 1);
  }

  @Test
  void nothingIsDecidedWithinASecondOfAnImprovement() {
    var contest = new TilingContest(2);
    for (var run = 0; run < 10 * TilingContest.STEADY_RUNS; run++) {
      contest.ran(now, now + 100_000);
      now += TilingContest.STEADY_NANOS / (11 * TilingContest.STEADY_RUNS);
    }
    assertThat(contest.measured()).isFalse();
  }
}
