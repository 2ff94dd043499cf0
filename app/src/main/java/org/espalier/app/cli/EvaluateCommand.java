package org.espalier.app.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.espalier.app.report.Quantity;
import org.espalier.app.run.SavedModel;
import org.espalier.engine.training.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Measures a trained model. */
@Command(
    name = "evaluate",
    description = "Measures loss and accuracy of a trained model on a split of its data.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier evaluate runs/NAME",
      "  espalier evaluate runs/NAME --engine torch --device cuda",
      "  espalier evaluate model.safetensors --data folder:pictures --split train --json"
    })
final class EvaluateCommand implements Runnable {

  @Parameters(paramLabel = "RUN_OR_FILE", description = "Folder of a run, or a model file.")
  private Path source;

  @Mixin private EvaluationOptions options;
  @Mixin private EngineOptions engine;
  @Mixin private TuningOptions tuning;
  @Mixin private Output output;

  @Override
  public void run() {
    options.require();
    var computing =
        tuning.tuned(UsageException.checking(engine.choice()::engine), output, output::text);
    var saved = SavedModel.read(source);
    var recipe = options.recipe(saved, engine);
    var data = EvaluationData.load(saved, recipe, options.part(), new Training(output, tuning));
    tell(data, data.measure(saved.model(), computing));
  }

  private void tell(EvaluationData data, Evaluation evaluation) {
    var recipe = data.recipe();
    output.text(
        String.format(
            Locale.ROOT,
            "%s of %s: accuracy %.2f %%, loss %s, %d samples",
            data.part(),
            recipe.data().name(),
            100 * evaluation.accuracy(),
            Quantity.loss(evaluation.loss()),
            evaluation.samples()));
    var result = new LinkedHashMap<String, Object>();
    result.put("file", data.saved().file().toString());
    result.put("data", recipe.data().name());
    result.put("split", data.part().toString());
    result.put("engine", recipe.engine().name());
    result.put("device", recipe.engine().device().toString());
    result.put("precision", recipe.engine().precision().toString());
    result.put("samples", evaluation.samples());
    result.put("accuracy", evaluation.accuracy());
    result.put("loss", evaluation.loss());
    output.result(result);
  }
}
