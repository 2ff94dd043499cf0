package org.espalier.app.run;

import java.util.List;
import org.espalier.app.recipe.RecipeDraft;
import org.espalier.app.report.Figures;
import org.espalier.app.report.RunReport;
import org.espalier.app.report.RunSummary;
import org.espalier.engine.network.NetworkTable;
import org.espalier.engine.parameter.Parameters;

/** Writes the report of a finished run. */
final class Reports {
  private Reports() {}

  static void write(
      RunFolder folder,
      Plan plan,
      RunResult result,
      List<EpochMetrics> epochs,
      Parameters parameters) {
    var density = DensityReport.of(plan.network(), plan.prepared(), parameters);
    RunReport.write(
        folder.report(),
        new RunSummary(
            RecipeDraft.write(plan.recipe()),
            new Figures(result.values()),
            epochs.stream()
                .map(epoch -> new RunSummary.Epoch(epoch.epoch(), epoch.measures()))
                .toList(),
            density.layers().stream()
                .map(
                    layer ->
                        new RunSummary.LayerDensity(
                            layer.parameter(), layer.requested(), layer.realised()))
                .toList(),
            NetworkTable.of(plan.network(), parameters::stored)));
  }
}
