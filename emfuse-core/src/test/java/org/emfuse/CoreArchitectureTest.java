package org.emfuse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {

    @Test
    void coreNeedsNothingButTheJdk() {
        classes().should().onlyDependOnClassesThat()
                .resideInAnyPackage("org.emfuse..", "java..", "jdk.incubator.vector", "org.jspecify..")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.emfuse"));
    }

    @Test
    void theLawKnowsNothingOfTheRules() {
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses().that().resideInAPackage("org.emfuse.energy")
                .should().dependOnClassesThat().resideInAPackage("org.emfuse.fusion")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.emfuse"));
    }
}
