package org.espalier.app.recipe;

import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.Engine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Engines;

/**
 * What computes.
 *
 * @param name of an engine: {@code cpu}, or that of another module
 * @param device where it computes
 * @param precision in what it multiplies
 */
public record EngineChoice(String name, Device device, Precision precision) {

  /** The program's own engine, which computes where nothing else is asked for. */
  public static final EngineChoice CPU =
      new EngineChoice(CpuEngine.NAME, Device.CPU, Precision.FLOAT32);

  /**
   * The engine itself.
   *
   * @throws EspalierException if it is not part of this build, or not to be had on this machine
   */
  public Engine engine() {
    return Engines.named(name, device, precision);
  }
}
