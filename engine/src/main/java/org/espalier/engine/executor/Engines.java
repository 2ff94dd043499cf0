package org.espalier.engine.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;

/** The engines of this program: the CPU's own, and those of modules that are present. */
public final class Engines {
  private Engines() {}

  /**
   * The engine of that name.
   *
   * @throws EspalierException if it is not part of this build or cannot do what is asked
   */
  public static Engine named(String name, Device device, Precision precision) {
    if (name.equals(CpuEngine.NAME)) {
      return cpu(device, precision);
    }
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() -> absent(name))
        .engine(device, precision);
  }

  private static Engine cpu(Device device, Precision precision) {
    if (device != Device.CPU) {
      throw new EspalierException(
          "device " + device + ": engine cpu computes on the cpu alone, expected another engine");
    }
    if (precision != Precision.FLOAT32) {
      throw new EspalierException(
          "precision "
              + precision
              + ": engine cpu computes in float32 alone, expected another engine");
    }
    return new CpuEngine();
  }

  private static EspalierException absent(String name) {
    var present = new ArrayList<>(List.of(CpuEngine.NAME));
    ServiceLoader.load(EngineProvider.class).forEach(provider -> present.add(provider.name()));
    return new EspalierException(
        "engine " + name + " is not part of this build" + Nearest.suggestion(name, present));
  }
}
