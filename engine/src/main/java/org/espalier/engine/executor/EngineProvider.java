package org.espalier.engine.executor;

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
    CUDA
  }

  /** In what an engine multiplies; weights and optimizer state are float32 always. */
  enum Precision {
    FLOAT32,
    BFLOAT16
  }
}
