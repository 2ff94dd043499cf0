package org.espalier.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.EngineProvider.Device;

/**
 * The native library: loaded at first use, quiet, and without a say of the garbage collector.
 *
 * <p>Native objects live in a {@code PointerScope} or are closed by who holds them. JavaCPP's own
 * bookkeeping for forgotten ones is switched off: nothing is ever freed by a collection, and no
 * allocation waits for one.
 */
final class LibTorch {
  private static boolean loaded;
  private static int threads;

  private LibTorch() {}

  /**
   * Loads the library and sees that it can compute on {@code device}.
   *
   * @throws EspalierException if it is not there or sees no such device
   */
  static synchronized void require(Device device) {
    if (!loaded) {
      load();
      loaded = true;
    }
    if (device == Device.CUDA && !torch.cuda_is_available()) {
      throw new EspalierException(
          "device cuda: libtorch sees none: expected a machine with CUDA 13 and a build with"
              + " -Pcuda (ESPALIER_BUILD_OPTS=-Pcuda ./espalier ...), or --device cpu");
    }
  }

  private static void load() {
    // Unless somebody has asked for it: without that bookkeeping JavaCPP counts no objects.
    System.getProperties().putIfAbsent("org.bytedeco.javacpp.noPointerGC", "true");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    spinBriefly();
    try {
      Loader.load(torch.class);
      // float32 means float32: by default cuDNN rounds the factors of convolutions to ten bits.
      torch.globalContext().setAllowTF32CuDNN(false);
    } catch (LinkageError absent) {
      throw new EspalierException(
          "engine torch: libtorch does not load on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + String.valueOf(absent.getMessage()).lines().findFirst().orElse("")
              + "): expected a build with its native libraries, that is without -Dnatives=none",
          absent);
    }
  }

  /**
   * Keeps the threads of convolutions (OpenMP) and those of matrix products (OpenBLAS) from taking
   * each other's cores: by default either kind spins for milliseconds when it has nothing to do,
   * which made a perceptron on two cores six times slower. A thousand turns still bridge the gap
   * between two loops. The library reads its environment once, when it is loaded.
   */
  private static void spinBriefly() {
    if (System.getenv("GOMP_SPINCOUNT") != null || System.getenv("OMP_WAIT_POLICY") != null) {
      return;
    }
    var linker = Linker.nativeLinker();
    linker.defaultLookup().find("setenv").ifPresent(setenv -> setenv(linker, setenv));
  }

  @SuppressWarnings("restricted") // declared as the C library has it
  private static void setenv(Linker linker, MemorySegment setenv) {
    var type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom("GOMP_SPINCOUNT");
      var turns = arena.allocateFrom("1000");
      var _ = (int) linker.downcallHandle(setenv, type).invokeExact(name, turns, 0);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sets the number of threads for all that follows; it belongs to the process. */
  static synchronized void threads(int count) {
    if (count != threads) {
      torch.set_num_threads(count);
      openblas.blas_set_num_threads(count);
      threads = count;
    }
  }
}
