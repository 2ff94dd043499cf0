package org.espalier.app.cli;

import org.espalier.app.recipe.EngineChoice;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.engine.executor.EngineProvider.Device;
import org.espalier.engine.executor.EngineProvider.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What computes: a picocli mixin. */
final class EngineOptions {
  @Option(
      order = 20,
      names = "--engine",
      paramLabel = "NAME",
      description = "What computes: cpu, the default, or torch where that module is present.")
  private @Nullable String name;

  @Option(
      order = 21,
      names = "--device",
      paramLabel = "DEVICE",
      description = "Where the engine computes: cpu, the default, or cuda.")
  private @Nullable Device device;

  @Option(
      order = 22,
      names = "--precision",
      paramLabel = "TYPE",
      description = "In what the engine multiplies: float32, the default, or bfloat16.")
  private @Nullable Precision precision;

  /** The recipe with these options laid over it. */
  RecipeDraft onto(RecipeDraft recipe) {
    var draft = name == null ? recipe : recipe.set("engine.name", name);
    draft = device == null ? draft : draft.set("engine.device", device);
    return precision == null ? draft : draft.set("engine.precision", precision);
  }

  /** The engine asked for; whatever computed a model before, without options it is the default. */
  EngineChoice choice() {
    var standard = EngineChoice.CPU;
    return new EngineChoice(
        name == null ? standard.name() : name,
        device == null ? standard.device() : device,
        precision == null ? standard.precision() : precision);
  }
}
