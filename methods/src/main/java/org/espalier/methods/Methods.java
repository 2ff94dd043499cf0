package org.espalier.methods;

import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;

/** The catalogue of methods. */
public final class Methods {
  private static final List<MethodEntry> ALL =
      List.of(
          Dense.ENTRY,
          StaticRandom.ENTRY,
          Set.ENTRY,
          RigL.ENTRY,
          SetItop.ENTRY,
          RigLItop.ENTRY,
          Magnitude.ENTRY,
          SurpPruning.ENTRY);

  private Methods() {}

  /** Every method, baselines first. */
  public static List<MethodEntry> all() {
    return ALL;
  }

  /**
   * The method of that name.
   *
   * @throws EspalierException naming the nearest one if there is none
   */
  public static MethodEntry named(String name) {
    return ALL.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              var names = ALL.stream().map(MethodEntry::name).toList();
              return new EspalierException(
                  "unknown method '" + name + "'" + Nearest.suggestion(name, names));
            });
  }
}
