package org.emfuse.rl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions of dependencies between packages. */
class RlArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.emfuse");

    @Test
    void onlyTheTorchPackageSeesTheBinding() {
        noClasses().that().resideOutsideOfPackage("org.emfuse.rl.torch").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco..").check(CLASSES);
    }

    @Test
    void environmentsKnowNeitherTensorsNorLearners() {
        noClasses().that().resideInAnyPackage("org.emfuse.rl.env..", "org.emfuse.rl.random").should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.emfuse.rl.torch", "org.emfuse.rl.sac", "org.emfuse.rl.policy..",
                        "org.emfuse.rl.train",
                        "org.emfuse.rl.offline")
                .check(CLASSES);
    }

    @Test
    void languageModelsAreNotSeen() {
        noClasses().that().resideInAPackage("org.emfuse.rl..").should().dependOnClassesThat()
                .resideInAPackage("org.emfuse.llm..").check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.emfuse.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
