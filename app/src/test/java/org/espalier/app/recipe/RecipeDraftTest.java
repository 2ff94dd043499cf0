package org.espalier.app.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeDraftTest {
  private static final String SMALLEST =
      """
      data: { name: glyphs }
      model: lenet-300-100
      method: { name: static-random, sparsity: 0.9 }
      """;

  private static RecipeDraft smallest() {
    return RecipeDraft.parse(SMALLEST, "test");
  }

  @Test
  void everyKeyLeftOutIsResolved() {
    var recipe = smallest().resolve();

    assertThat(recipe.batch()).isEqualTo(128);
    assertThat(recipe.loss()).isEqualTo(new LossChoice.CrossEntropy(0));
    assertThat(recipe.optimizer()).isInstanceOf(OptimizerChoice.Sgd.class);
  }

  @ParameterizedTest
  @CsvSource({
    "sgd, lenet-300-100, 0.1",
    "sgd, lenet-5, 0.05",
    "adam, lenet-300-100, 0.001",
    "adamw, lenet-5, 0.001"
  })
  void theUsualLearningRateFollowsModelAndOptimizer(String optimizer, String model, double peak) {
    var draft = smallest().set("model", model).set("optimizer.name", optimizer);

    assertThat(draft.resolve().learningRate().peak()).isEqualTo(peak);
    assertThat(draft.set("learning-rate.peak", 0.5).resolve().learningRate().peak()).isEqualTo(0.5);
  }

  @Test
  void aWrittenRecipeResolvesToItself() {
    var recipe = smallest().set("learning-rate.schedule=step").resolve();

    var again = RecipeDraft.parse(RecipeDraft.write(recipe), "written").resolve();

    assertThat(again).isEqualTo(recipe);
    assertThat(Fingerprint.of(again)).isEqualTo(Fingerprint.of(recipe));
  }

  @Test
  void theFingerprintIgnoresWhatChangesNoBit() {
    var fingerprint = Fingerprint.of(smallest().resolve());

    var elsewhere =
        smallest()
            .set("threads=2")
            .set("checkpoint=10it")
            .set("name=other")
            .set("data.dir=/data")
            .resolve();

    assertThat(Fingerprint.of(elsewhere)).isEqualTo(fingerprint);
  }

  @ParameterizedTest
  @CsvSource({
    "seed=2",
    "batch=64",
    "method.sparsity=0.95",
    "method.block=2x1",
    "duration=7ep",
    "optimizer.name=adam",
    "engine.name=torch",
    "engine.device=cuda",
    "engine.precision=bfloat16"
  })
  void theFingerprintFollowsWhatChangesBits(String assignment) {
    assertThat(Fingerprint.of(smallest().set(assignment).resolve()))
        .isNotEqualTo(Fingerprint.of(smallest().resolve()));
  }

  @Test
  void theProgramsOwnEngineLeavesFingerprintsAsTheyWere() {
    var recipe = smallest().resolve();

    assertThat(recipe.engine()).isEqualTo(EngineChoice.CPU);
    assertThat(Fingerprint.canonical(recipe)).doesNotContain("engine");
  }

  @Test
  void singleWeightsLeaveFingerprintsAsTheyWere() {
    var recipe = smallest().set("method.block=1x1").resolve();

    assertThat(recipe.method().settings()).containsEntry("block", "1x1");
    assertThat(Fingerprint.canonical(recipe)).doesNotContain("block");
  }

  @Test
  void anEngineThatOnlyOneOfTwoRecipesNamesIsADifference() {
    var ours = smallest().resolve();
    var theirs = smallest().set("engine.name=torch").set("seed=2").resolve();

    assertThat(Fingerprint.difference(ours, theirs)).containsExactlyInAnyOrder("engine", "seed");
    assertThat(Fingerprint.difference(theirs, ours)).containsExactlyInAnyOrder("engine", "seed");
  }

  @Test
  void aVariantBringsItsOwnKeys() {
    var adam = smallest().set("optimizer.name=adam").set("optimizer.beta2=0.95").resolve();

    assertThat(adam.optimizer())
        .isInstanceOfSatisfying(
            OptimizerChoice.Adam.class, it -> assertThat(it.beta2()).isEqualTo(0.95));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "btch=3 | unknown recipe key btch; did you mean batch?",
        "optimizer.momentun=1 | unknown recipe key optimizer.momentun; did you mean momentum?",
        "optimizer.beta1=1 | unknown recipe key optimizer.beta1; expected one of name, momentum",
        "optimizer.name=sgdm | unknown optimizer.name \"sgdm\"; did you mean sgd?",
        "optimizer.name=lion | unknown optimizer.name \"lion\"; expected one of sgd, adam, adamw",
        "batch=many | recipe key batch: expected a whole number, found \"many\"",
        "batch=1.5 | recipe key batch: expected a whole number, found 1.5",
        "batch= | recipe key batch: expected a whole number",
        "batch=0 | batch 0: expected 1 or more samples",
        "seed=no | recipe key seed: expected a whole number, found \"no\"",
        "data.augmentation=crops | expected one of none, flip, crop, crop-flip, found \"crops\"",
        "learning-rate=3 | recipe key learning-rate: expected a section with keys schedule",
        "loss.label-smoothing=1.5 | loss.label-smoothing 1.5: expected 0 ≤ smoothing < 1",
        "batch | --set batch: expected key=value",
        "batch=[1 | --set batch=[1: ",
        "method.name=9 | method.name: expected the name of a method",
        "name=../x | name \"../x\": expected letters"
      })
  void aBadKeyOrValueIsNamed(String assignment, String message) {
    assertThatThrownBy(() -> smallest().set(assignment).resolve())
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({"data.name", "model", "method.name"})
  void whatHasNoDefaultIsRequired(String key) {
    assertThatThrownBy(() -> smallest().set(key + "=''").resolve())
        .hasMessage("the recipe has no " + key);
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    assertThatThrownBy(() -> RecipeDraft.parse("batch: 1\nbatch: 2\n", "twice.yaml"))
        .hasMessageContaining("twice.yaml: line 2")
        .hasMessageContaining("batch");
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> RecipeDraft.read(folder.resolve("no.yaml")))
        .hasMessageContaining("no.yaml: no such file");
  }
}
