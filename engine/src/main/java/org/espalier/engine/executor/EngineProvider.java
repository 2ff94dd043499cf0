package org.espalier.engine.executor;

import java.util.Locale;

/** An engine from another module, found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {

  /** Name of its engine on the command line. */
  String name();

  /**
   * Its engine on one device.
   *
   * @throws org.espalier.engine.EspalierException in one line, if its native libraries, the device
   *     or the precision are not to be had here
   */
  Engine engine(Device device, Precision precision);

  /** Where an engine computes. */
  enum Device {
    CPU,
    CUDA;

    /** As recipes and the command line spell it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** In what an engine multiplies; weights and optimizer state are float32 always. */
  enum Precision {
    FLOAT32,
    BFLOAT16;

    /** As recipes and the command line spell it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
