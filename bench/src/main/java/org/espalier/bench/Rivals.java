package org.espalier.bench;

import java.util.List;
import org.espalier.app.cli.UsageException;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.executor.CpuEngine;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.training.Batch;
import org.espalier.torch.TorchEngine;
import org.espalier.torch.TorchEngine.Layout;

/** The programs that inference can be measured against, by name. */
final class Rivals {
  private static final List<String> KNOWN =
      List.of(OnnxRuntime.NAME, TorchEngine.NAME, CpuEngine.NAME);

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
   * @param seconds that it will be measured for: how long it may take to find its best shape
   * @throws EspalierException if it is not part of this build
   */
  static Rival named(
      String name,
      Network network,
      Parameters parameters,
      Batch batch,
      int threads,
      double seconds) {
    if (name.equals(OnnxRuntime.NAME)) {
      return new OnnxRuntime(network, parameters, batch, threads);
    }
    if (name.equals(TorchEngine.NAME)) {
      return torch(network, parameters, batch, threads, seconds);
    }
    return EngineInference.dense(new CpuEngine(), network, parameters, batch, threads);
  }

  /** libtorch in the order of images in memory that suits the network. */
  private static Rival torch(
      Network network, Parameters parameters, Batch batch, int threads, double seconds) {
    var planar = torch(Layout.NCHW, network, parameters, batch, threads);
    var interleaved = torch(Layout.NHWC, network, parameters, batch, threads);
    var planarMs = Warmup.steady(PairedTiming.clocked(planar::run), Warmup.patience(seconds));
    var interleavedMs =
        Warmup.steady(PairedTiming.clocked(interleaved::run), Warmup.patience(seconds));
    (planarMs <= interleavedMs ? interleaved : planar).close();
    return planarMs <= interleavedMs ? planar : interleaved;
  }

  private static Rival torch(
      Layout layout, Network network, Parameters parameters, Batch batch, int threads) {
    var engine = new TorchEngine(Device.CPU, Precision.FLOAT32, layout);
    return EngineInference.dense(engine, network, parameters, batch, threads);
  }
}
