package org.espalier.engine.executor;

import java.util.Arrays;

/**
 * Which of several tilings is fastest, by the times of real runs in which they take turns.
 *
 * <p>At first candidate 0, the one a fixed rule took, runs alone until it gets no faster: cold code
 * tells nothing. If it takes long enough to bother, all take turns, until none of them gets any
 * faster. The best run of each counts, as other programs can only make a run longer; another
 * candidate wins if it saves 3 %.
 */
final class TilingContest {
  /** Runs in a row that make no candidate better, before its best counts. */
  static final int STEADY_RUNS = 20;

  /** Time in which no candidate gets better: a compiler at work in the background takes as long. */
  static final long STEADY_NANOS = 1_000_000_000;

  /** A run below this is left as it is: waking threads is what it mostly does. */
  static final long LEAST_NANOS = 50_000;

  private static final double BETTER = 0.99;
  private static final double WORTHWHILE = 0.97;

  private final long[] best; // [candidate] nanoseconds
  private final long[] mark; // [candidate] what it has to undercut to have become better
  private final int[] runs; // [candidate] since it last became better
  private int running = 1; // candidates that take turns
  private int turn;
  private long steadySince;
  private int winner;
  private boolean begun;
  private boolean settled;

  TilingContest(int candidates) {
    this.best = new long[candidates];
    this.mark = new long[candidates];
    this.runs = new int[candidates];
    this.settled = candidates == 1;
    reset();
  }

  private void reset() {
    Arrays.fill(best, Long.MAX_VALUE);
    Arrays.fill(mark, Long.MAX_VALUE);
    Arrays.fill(runs, 0);
  }

  /** A contest that {@code winner} has won already. */
  static TilingContest won(int winner) {
    var contest = new TilingContest(1);
    contest.winner = winner;
    return contest;
  }

  boolean settled() {
    return settled;
  }

  /** The candidate to run: when settled, the winner. */
  int turn() {
    return settled ? winner : turn;
  }

  /** Whether candidates have run and none has won yet. */
  boolean open() {
    return !settled && begun;
  }

  /** Whether all candidates have run, rather than the first alone. */
  boolean measured() {
    return running > 1;
  }

  /** Nanoseconds of the best run of a candidate. */
  long best(int candidate) {
    return best[candidate];
  }

  /** The candidate whose turn it is ran from {@code start} to {@code end}. */
  void ran(long start, long end) {
    begun = true;
    var nanos = end - start;
    if (nanos < BETTER * mark[turn]) {
      mark[turn] = nanos;
      runs[turn] = 0;
      steadySince = end;
    } else {
      runs[turn]++;
    }
    best[turn] = Math.min(best[turn], nanos);
    if (turn == 0 && nanos < LEAST_NANOS) {
      running = 1;
      settled = true;
      return;
    }
    turn = (turn + 1) % running;
    if (turn == 0 && steady(end)) {
      advance();
    }
  }

  private boolean steady(long now) {
    for (var candidate = 0; candidate < running; candidate++) {
      if (runs[candidate] < STEADY_RUNS) {
        return false;
      }
    }
    return now - steadySince >= STEADY_NANOS;
  }

  private void advance() {
    if (running < best.length) {
      running = best.length;
      reset();
      return;
    }
    for (var candidate = 1; candidate < best.length; candidate++) {
      if (best[candidate] < best[winner]) {
        winner = candidate;
      }
    }
    if (best[winner] > WORTHWHILE * best[0]) {
      winner = 0;
    }
    settled = true;
  }
}
