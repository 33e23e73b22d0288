package org.emfuse.llm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions of dependencies between packages. */
class LlmArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.emfuse");

    @Test
    void onlyTheEngineSeesNativeCode() {
        noClasses().that().resideOutsideOfPackages("org.emfuse.llm.llama..").should().dependOnClassesThat()
                .resideInAPackage("org.emfuse.llm.llama.ffi").check(CLASSES);
        noClasses().that().resideInAPackage("org.emfuse.llm..").and()
                .resideOutsideOfPackages("org.emfuse.llm.llama..", "org.emfuse.llm.gguf").should().dependOnClassesThat()
                .resideInAPackage("java.lang.foreign").check(CLASSES);
    }

    @Test
    void expertsKnowNeitherDecodingNorEngines() {
        noClasses().that().resideInAPackage("org.emfuse.llm").should().dependOnClassesThat()
                .resideInAnyPackage("org.emfuse.llm.*..").check(CLASSES);
    }

    @Test
    void theDecodeLoopKnowsNoEngine() {
        noClasses().that().resideInAnyPackage("org.emfuse.llm.decode", "org.emfuse.llm.answer",
                "org.emfuse.llm.sampling", "org.emfuse.llm.eval").should().dependOnClassesThat()
                .resideInAnyPackage("org.emfuse.llm.llama..", "org.emfuse.llm.experts", "org.emfuse.llm.config")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.emfuse.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
