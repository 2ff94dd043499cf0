package org.espalier.torch;

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
              + " -Pcuda, or --device cpu");
    }
  }

  private static void load() {
    System.setProperty("org.bytedeco.javacpp.noPointerGC", "true");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    try {
      Loader.load(torch.class);
      // float32 means float32: by default cuDNN rounds the factors of convolutions to ten bits.
      torch.globalContext().setAllowTF32CuDNN(false);
    } catch (LinkageError absent) {
      throw new EspalierException(
          "engine torch: no libtorch for "
              + Loader.getPlatform()
              + " in this build: expected one with native libraries (without -Dnatives=none)",
          absent);
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
