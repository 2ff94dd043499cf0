package org.espalier.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the modules, as docs/architecture.md draws them: they point down only. */
class ArchitectureTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.espalier");

  @ParameterizedTest
  @ValueSource(strings = {"engine", "formats", "data", "methods", "torch", "app", "lab", "bench"})
  void everyModuleIsSeenByTheseRules(String module) {
    assertThat(HOUSE.that(resideInAPackage("org.espalier." + module + ".."))).isNotEmpty();
  }

  @Test
  void arrowsPointDownOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.espalier..")
        .layer("bench")
        .definedBy("org.espalier.bench..")
        .layer("lab")
        .definedBy("org.espalier.lab..")
        .layer("app")
        .definedBy("org.espalier.app..")
        .layer("methods")
        .definedBy("org.espalier.methods..")
        .layer("torch")
        .definedBy("org.espalier.torch..")
        .layer("formats")
        .definedBy("org.espalier.formats..")
        .layer("data")
        .definedBy("org.espalier.data..")
        .layer("engine")
        .definedBy("org.espalier.engine..")
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("lab")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("app")
        .mayOnlyBeAccessedByLayers("lab", "bench")
        .whereLayer("methods")
        .mayOnlyBeAccessedByLayers("app", "lab", "bench")
        .whereLayer("torch")
        .mayOnlyBeAccessedByLayers("bench")
        .whereLayer("formats")
        .mayOnlyBeAccessedByLayers("methods", "app", "lab", "bench")
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers("app", "lab", "bench")
        .ensureAllClassesAreContainedInArchitecture()
        .check(HOUSE);
  }

  @Test
  void modulesDoNotDependOnEachOtherInCircles() {
    slices().matching("org.espalier.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void engineDependsOnTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("org.espalier.engine..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "org.espalier.engine..",
                "java..",
                "javax.management..",
                "jdk.incubator.vector..",
                "org.jspecify.."))
        .check(HOUSE);
  }

  @Test
  void kernelsAloneSpeakTheVectorApi() {
    noClasses()
        .that(not(resideInAPackage("org.espalier.engine.kernels..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(HOUSE);
  }

  @Test
  void commandLineStaysInTheApplication() {
    noClasses()
        .that(
            resideInAnyPackage(
                "org.espalier.engine..", "org.espalier.formats..", "org.espalier.torch.."))
        .or(resideInAnyPackage("org.espalier.data..", "org.espalier.methods.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(HOUSE);
  }
}
