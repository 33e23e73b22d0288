package org.emfuse.llm.experts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.EvaluationPlan;
import org.emfuse.llm.EvaluationPlan.Order;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.llama.TestEngine;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.model.ModelCatalog;
import org.emfuse.llm.model.ModelStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How experts share the processor. */
@SuppressWarnings("NullAway.Init")
class CalibrationTest {

    @TempDir
    private Path folder;

    private ExpertSet experts(TestEngine engine) throws IOException {
        TinyModels.of(1).write(folder.resolve("base.gguf"));
        StringBuilder yaml = new StringBuilder("base: base.gguf\nexperts:\n");
        for (String name : List.of("red", "green", "blue")) {
            TinyModels.writeAdapter(folder.resolve(name + ".gguf"), name.length(), 1);
            yaml.append("  - {name: ").append(name).append(", adapter: ").append(name).append(".gguf}\n");
        }
        Path file = Files.writeString(folder.resolve("team.yaml"), yaml);
        CacheFolder cache = new CacheFolder(folder.resolve("cache"));
        ModelStore store = new ModelStore(cache, ModelCatalog.of(cache), notice -> {});
        return ExpertSet.open(ExpertsFile.read(file), engine.load(), store,
                new Trust(cache, store.hashes(), notice -> {}), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 8", "3, 1", "3, 2", "3, 4", "3, 16", "8, 2"})
    void noPlanHasMoreThreadsThanCoresButOneForEachExpert(int experts, int cores) {
        for (boolean concurrent : new boolean[]{true, false}) {
            List<EvaluationPlan> plans = Calibration.plans(experts, cores, concurrent);
            assertThat(plans).isNotEmpty().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(5);
            for (EvaluationPlan plan : plans) {
                int each = plan.threadsEach(experts);
                int total = plan.order() == Order.AT_ONCE ? each * experts : each;
                assertThat(each == 1 || total <= cores).as("%s", plan).isTrue();
                assertThat(concurrent || plan.order() == Order.IN_TURN).isTrue();
            }
        }
        assertThat(Calibration.plans(3, 4, true).getFirst()).isEqualTo(new EvaluationPlan(Order.AT_ONCE, 4));
    }

    @Test
    void theUsualPlanIsPreferredUnlessAnotherIsClearlyFaster() {
        EvaluationPlan usual = new EvaluationPlan(Order.AT_ONCE, 2);
        EvaluationPlan other = new EvaluationPlan(Order.IN_TURN, 2);
        assertThat(Calibration.choose(List.of(new Calibration.Timing(usual, 10.4), new Calibration.Timing(other, 10))))
                .isEqualTo(usual);
        assertThat(Calibration.choose(List.of(new Calibration.Timing(usual, 10.6), new Calibration.Timing(other, 10))))
                .isEqualTo(other);
    }

    @ParameterizedTest
    @EnumSource
    void aPlanIsMeasuredAndRememberedForTheSameExpertsAndMachine(TestEngine engine) throws IOException {
        CacheFolder cache = new CacheFolder(folder.resolve("measured"));
        FileHashes hashes = new FileHashes(cache);
        List<String> notices = new ArrayList<>();
        try (ExpertSet set = experts(engine)) {
            // On one core no other work can be in the way, so the result is remembered.
            EvaluationPlan plan = new Calibration(cache, hashes, 1, notices::add).planOf(set);
            assertThat(plan.threads()).isEqualTo(1);
            assertThat(notices).hasSize(1);
            assertThat(new Calibration(cache, hashes, 1, notices::add).planOf(set)).isEqualTo(plan);
            assertThat(notices).as("measured once").hasSize(1);
            assertThat(new Calibration(cache, hashes, 1, notices::add).results()).singleElement().satisfies(result -> {
                assertThat(result.plan()).isEqualTo(plan);
                assertThat(result.experts()).isEqualTo(3);
                assertThat(result.models()).containsExactly("base.gguf");
                assertThat(result.timings()).isNotEmpty().allMatch(timing -> timing.milliseconds() > 0);
            });
            for (String damaged : List.of("{\"engine\": \"x\", \"plan\": null}", "null", "{")) {
                try (var files = Files.list(cache.calibrations())) {
                    Files.writeString(files.findFirst().orElseThrow(), damaged);
                }
                assertThat(new Calibration(cache, hashes, 1, notices::add).results()).isEmpty();
            }
            assertThat(new Calibration(cache, hashes, 1, notices::add).planOf(set).threads()).isEqualTo(1);
            assertThat(notices).as("a damaged file is measured anew").hasSize(2);
        }
    }

    /** Nothing but the time depends on the plan. */
    @ParameterizedTest
    @EnumSource
    void energiesAreTheSameUnderEveryPlan(TestEngine engine) throws IOException {
        int cores = Math.min(2, Runtime.getRuntime().availableProcessors());
        try (ExpertSet set = experts(engine)) {
            float @Nullable [] first = null;
            for (EvaluationPlan plan : Calibration.plans(3, cores, set.concurrent())) {
                ContextSize size = ContextSize.of(1, 128).withPlan(plan);
                try (FusedContext context = set.fused("all", new Additive(), new Weighting.Uniform()).open(size)) {
                    context.start(Prompt.user("is it so?"), Rows.LAST);
                    boolean more = true;
                    @Nullable
                    Row last = null;
                    while (more) {
                        more = context.evaluate();
                        last = context.rows().isEmpty() ? last : context.rows().getLast();
                    }
                    float[] energies = new float[context.vocabulary().size()];
                    context.energies(Objects.requireNonNull(last), energies);
                    first = first == null ? energies : first;
                    assertThat(energies).as("%s", plan).isEqualTo(first);
                }
            }
        }
    }

    @Test
    void oneThreadNeverWaits() {
        assertThat(Simultaneity.share(1)).isGreaterThan(0).isLessThanOrEqualTo(1);
    }
}
