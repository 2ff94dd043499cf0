package org.espalier.bench;

import java.util.List;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.executor.Engines;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;

/** The programs that inference can be measured against, by name. */
final class Rivals {
  private static final String TORCH = "torch";
  private static final List<String> KNOWN = List.of(OnnxRuntime.NAME, TORCH, CpuEngine.NAME);

  private Rivals() {}

  /** Refuses names that are no rivals. */
  static void requireKnown(List<String> names) {
    for (var name : names) {
      if (!KNOWN.contains(name)) {
        throw new UsageException("unknown rival '" + name + "'" + Nearest.suggestion(name, KNOWN));
      }
    }
  }

  /**
   * The rival of that name, with all weights of the network dense.
   *
   * @throws EspalierException if it is not part of this build
   */
  static Rival named(
      String name, Network network, Parameters parameters, Batch batch, int threads) {
    if (name.equals(OnnxRuntime.NAME)) {
      return new OnnxRuntime(network, parameters, batch, threads);
    }
    var engine = Engines.named(name, Device.CPU, Precision.FLOAT32);
    return EngineInference.dense(engine, network, parameters, batch, threads);
  }
}
