package org.espalier.app.report;

/** The figures one looks for first. */
final class Tiles {
  private final StringBuilder out = new StringBuilder("<dl class=\"tiles\">\n");
  private final RunSummary run;

  private Tiles(RunSummary run) {
    this.run = run;
  }

  static String of(RunSummary run) {
    var tiles = new Tiles(run);
    tiles.accuracy();
    tiles.sparsity();
    tiles.step();
    tiles.memory();
    tiles.operations();
    return tiles.out.append("</dl>\n").toString();
  }

  private void accuracy() {
    if (run.has("test_accuracy")) {
      var train =
          run.has("train_accuracy") ? "train " + Quantity.percent(number("train_accuracy")) : "";
      tile("Test accuracy", Quantity.percent(number("test_accuracy")), train);
    }
  }

  private void sparsity() {
    if (run.has("realised_density", "requested_density")) {
      tile(
          "Sparsity of prunable weights",
          Quantity.percent(1 - number("realised_density")),
          "asked for " + Quantity.percent(1 - number("requested_density")));
    }
    if (run.has("nnz", "prunable_weights", "parameters")) {
      var nonZeros = number("nnz");
      var prunable = number("prunable_weights");
      var all = number("parameters");
      tile(
          "Non-zero weights",
          Quantity.scaled(nonZeros),
          "of %s; %s of all parameters are kept"
              .formatted(
                  Quantity.scaled(prunable), Quantity.percent((all - prunable + nonZeros) / all)));
    }
  }

  private void step() {
    if (run.has("step_ms")) {
      var beside =
          run.has("dense_step_ms")
              ? "dense%s %s: %s as fast"
                  .formatted(
                      run.onEngine(),
                      Quantity.millis(number("dense_step_ms")),
                      Quantity.times(number("dense_step_ms") / number("step_ms")))
              : run.has("samples_per_second")
                  ? Quantity.scaled(number("samples_per_second")) + " samples/s"
                  : "";
      tile("Time per step", Quantity.millis(number("step_ms")), beside);
    }
  }

  private void memory() {
    var held = run.figures().memory("");
    var dense = run.figures().memory("dense_");
    if (held.isPresent() && dense.isPresent()) {
      tile(
          "Memory of the parameters",
          Quantity.bytes(held.get().parameters()),
          "dense %s: %s of it"
              .formatted(
                  Quantity.bytes(dense.get().parameters()),
                  Quantity.percent(held.get().parameters() / (double) dense.get().parameters())));
    }
  }

  private void operations() {
    if (run.has("train_flops_ratio")) {
      tile(
          "FLOPs of training",
          Quantity.percent(number("train_flops_ratio")),
          "of the dense network's"
              + (run.has("inference_flops_ratio")
                  ? "; inference " + Quantity.percent(number("inference_flops_ratio"))
                  : ""));
    }
  }

  private double number(String name) {
    return run.number(name).orElseThrow();
  }

  private void tile(String name, String value, String note) {
    out.append("<div><dt>").append(Html.escape(name)).append("</dt><dd>");
    out.append(Html.escape(value)).append("</dd><dd>").append(Html.escape(note));
    out.append("</dd></div>\n");
  }
}
