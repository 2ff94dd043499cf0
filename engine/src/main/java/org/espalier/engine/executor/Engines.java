package org.espalier.engine.executor;

import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.espalier.engine.EspalierException;
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
      if (device != Device.CPU || precision != Precision.FLOAT32) {
        throw new EspalierException(
            "engine cpu computes in float32 on the cpu: expected another --engine");
      }
      return new CpuEngine();
    }
    return ServiceLoader.load(EngineProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() -> absent(name))
        .engine(device, precision);
  }

  private static EspalierException absent(String name) {
    var present =
        ServiceLoader.load(EngineProvider.class).stream()
            .map(provider -> ", " + provider.get().name())
            .collect(Collectors.joining());
    return new EspalierException(
        "engine " + name + " is not part of this build: expected one of cpu" + present);
  }
}
