package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.espalier.app.run.Median;
import org.espalier.engine.executor.Tuning;
import org.espalier.methods.Prepared;
import org.espalier.torch.TorchEngine;
import org.espalier.torch.TorchEngine.Layout;

/**
 * Layers alone, ours against an opponent's dense one, in turn and with the same threads.
 *
 * @param opponent as in {@link Opponent}
 * @param block of the sparse layers
 * @param seconds to measure each pair for
 */
record LayerRace(
    String opponent, int batch, int threads, String block, double seconds, Tuning tuning) {

  private static final double WARM_UP_MS = 3_000;

  /** Measures one layer dense and at each sparsity, at random places. */
  LayerRow run(ProductLayer.Named named, List<Double> sparsities) {
    return opponent.equals(TorchEngine.NAME) ? torch(named, sparsities) : own(named, sparsities);
  }

  private LayerRow own(ProductLayer.Named named, List<Double> sparsities) {
    try (var dense = new OwnLayer(named.layer(), TrainingStep.DENSE, batch, threads, tuning)) {
      return race(named, turn(dense), Opponent.OWN_LAYOUT, sparsities);
    }
  }

  private LayerRow torch(ProductLayer.Named named, List<Double> sparsities) {
    try (var one = new TorchLayer(named.layer(), Layout.NCHW, batch, threads);
        var other = new TorchLayer(named.layer(), Layout.NHWC, batch, threads)) {
      var planar = turn(PairedTiming.clocked(one));
      var interleaved = turn(PairedTiming.clocked(other));
      return PairedTiming.measure(planar, interleaved, seconds).summary().ratio() <= 1
          ? race(named, planar, Layout.NCHW.name(), sparsities)
          : race(named, interleaved, Layout.NHWC.name(), sparsities);
    }
  }

  private LayerRow race(
      ProductLayer.Named named, DoubleSupplier dense, String layout, List<Double> sparsities) {
    var own =
        layout.equals(Opponent.OWN_LAYOUT)
            ? null
            : LayerRow.Lap.of(0, timing(named.layer(), TrainingStep.DENSE, dense));
    var denseMs = new double[sparsities.size()];
    var laps = new ArrayList<LayerRow.Lap>();
    for (var sparsity : sparsities) {
      var masks = Masks.of(named.layer().alone(), sparsity, "uniform", block);
      var timing = timing(named.layer(), masks, dense);
      denseMs[laps.size()] = timing.firstMs();
      laps.add(LayerRow.Lap.of(sparsity, timing));
    }
    return LayerRow.of(named, Median.of(denseMs), layout, own, laps);
  }

  private PairedTiming.Result timing(ProductLayer layer, Prepared masks, DoubleSupplier dense) {
    try (var ours = new OwnLayer(layer, masks, batch, threads, tuning)) {
      Warmup.tune(ours::getAsDouble, tuning);
      return PairedTiming.measure(dense, turn(ours), seconds).summary();
    }
  }

  /** Warms something up and makes turns of it. */
  private DoubleSupplier turn(DoubleSupplier work) {
    var patience = Math.min(WARM_UP_MS, Warmup.patience(seconds));
    return PairedTiming.turn(work, PairedTiming.runs(Warmup.steady(work, patience)));
  }
}
