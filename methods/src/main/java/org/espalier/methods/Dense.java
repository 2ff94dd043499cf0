package org.espalier.methods;

import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.engine.network.Network;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Block;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.random.Randoms;
import org.espalier.engine.training.TrainingHook;
import org.espalier.methods.settings.Settings;

/** All weights active, the baseline of every comparison. */
public record Dense() implements Method {
  static final MethodEntry ENTRY =
      new MethodEntry(
          "dense",
          "baseline",
          Storage.DENSE,
          "none",
          "All weights active from start to end.",
          Dense::read);

  private static Dense read(Settings settings) {
    settings.requireNone("method dense keeps all weights");
    return new Dense();
  }

  @Override
  public Prepared prepare(Network network, TrainingPlan plan, Randoms randoms) {
    var densities =
        network.prunable().stream().collect(Collectors.toMap(ParameterSpec::name, spec -> 1.0));
    return new Prepared(Map.of(), TrainingHook.NONE, densities, Block.SINGLE);
  }
}
