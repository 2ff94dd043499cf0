package org.espalier.app.run;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.espalier.app.recipe.StartChoice;
import org.espalier.data.Dataset;
import org.espalier.engine.EspalierException;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;
import org.espalier.engine.parameter.Storage;
import org.espalier.engine.parameter.Topology;
import org.espalier.engine.training.Normalisation;

/** The trained network that a run starts from. */
record WarmStart(SavedModel saved) {

  /**
   * Reads it, and checks that it is what the recipe names and fits the data.
   *
   * @throws EspalierException if not
   */
  static WarmStart of(StartChoice choice, String model, Dataset data) {
    var saved = SavedModel.read(choice.verified());
    var network = saved.network();
    if (!network.name().equals(model)) {
      throw new EspalierException(
          "%s holds %s, expected the model of the recipe, %s"
              .formatted(saved.file(), network.name(), model));
    }
    if (!network.input().equals(data.shape()) || network.output().size() != data.classes().size()) {
      throw new EspalierException(
          "%s takes %s and tells %d classes apart, expected %s and %d as in %s"
              .formatted(
                  saved.file(),
                  network.input(),
                  network.output().size(),
                  data.shape(),
                  data.classes().size(),
                  data.name()));
    }
    return new WarmStart(saved);
  }

  Network network() {
    return saved.network();
  }

  Parameters parameters() {
    return saved.model().parameters();
  }

  Normalisation normalisation() {
    return saved.normalisation();
  }

  /** Gives every active weight, and all other tensors, the value that the file has. */
  void fill(Parameters parameters) {
    for (var parameter : parameters) {
      fill(parameter, parameters().of(parameter.name()).toDense());
    }
  }

  /**
   * How many active weights of {@code topologies}, by name, start at zero, as they are in the file.
   */
  Optional<String> note(Map<String, Topology> topologies) {
    var active = 0L;
    var zero = 0L;
    for (var entry : topologies.entrySet()) {
      var dense = parameters().of(entry.getKey()).toDense();
      var positions = entry.getValue().positions();
      active += positions.length;
      zero += LongStream.of(positions).filter(at -> dense[Math.toIntExact(at)] == 0).count();
    }
    return zero == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of the %,d active weights of sparse layers start at zero, as they are in %s",
                zero,
                active,
                saved.file()));
  }

  private static void fill(Parameter parameter, float[] dense) {
    var values = parameter.values();
    if (parameter.storage() != Storage.SPARSE) {
      System.arraycopy(dense, 0, values, 0, values.length);
      return;
    }
    var positions = parameter.topology().positions();
    for (var i = 0; i < values.length; i++) {
      values[i] = dense[Math.toIntExact(positions[i])];
    }
  }
}
