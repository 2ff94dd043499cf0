package org.espalier.bench;

import java.util.concurrent.TimeUnit;
import org.espalier.engine.kernels.KernelChoice;
import org.espalier.engine.parameter.Block;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The products of one linear layer under JMH: the view per fork that {@code espalier bench kernels}
 * cannot give. Two clusters among the forks mean that the compiler decided differently, not noise;
 * run with {@code -prof gc}, where anything but 0 B/op means vectors are being boxed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
// Vector code runs a hundred times slower until C2 has seen it: the first seconds measure nothing.
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=dontinline,org.espalier.engine.kernels.Kernels*::*"
    })
public class KernelBenchmark {
  private static final double TOLERANCE = 1e-5;

  /** Outputs by inputs; three shapes, since a kernel that was inlined slows down on the second. */
  @Param({"256x256", "1024x1024", "512x4096"})
  public String shape = "1024x1024";

  @Param({"0.05", "0.1", "0.5"})
  public double density = 0.1;

  @Param({"1x1", "2x2"})
  public String block = "1x1";

  @Param("128")
  public int batch = 128;

  private KernelRace race;

  @Setup(Level.Trial)
  public void prepare() {
    var extents = shape.split("x", -1);
    var matrix =
        SparseMatrix.random(
            Integer.parseInt(extents[0]),
            Integer.parseInt(extents[1]),
            density,
            Block.parse(block),
            7);
    race = new KernelRace(KernelChoice.chosen().kernels(), matrix, batch);
    if (race.error() > TOLERANCE) {
      throw new IllegalStateException("the kernels are wrong by " + race.error());
    }
  }

  @TearDown(Level.Trial)
  public void release() {
    race.close();
  }

  @Benchmark
  public void forward() {
    race.sparseForward();
  }

  @Benchmark
  public void inputGradient() {
    race.sparseInputGradient();
  }

  @Benchmark
  public void weightGradient() {
    race.sparseWeightGradient();
  }

  @Benchmark
  public void denseForward() {
    race.denseForward();
  }
}
