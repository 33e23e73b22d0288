package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For development: the demonstration base, SmolLM2-135M-Instruct Q4_1, where the environment names its file. */
class RealModelTest {

    private static final String VARIABLE = "EMFUSE_TEST_MODEL";

    private static final String SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face";

    /** Row 0 of the test rows of mathqa_category, as template options-list-1 asks it (spec 13 §3). */
    private static final String QUESTION = """
            Which kind of problem is this?
            Problem: a train is 360 meter long is running at a speed of 45 km / hour . in what time will it pass \
            a bridge of 140 meter length .
            Options:
            - general
            - physics
            - gain
            - geometry
            - probability
            - other""";

    /** Spec 13 §4. */
    private static final int[] IDS = {1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018,
        411, 407, 19712, 8182, 2, 198, 1, 4093, 198, 14413, 1942, 282, 1732, 314, 451, 47, 198, 33348, 42, 253, 4445,
        314, 216, 35, 38, 32, 12642, 986, 314, 4108, 418, 253, 3547, 282, 216, 36, 37, 6381, 2272, 5353, 1673, 281, 732,
        655, 523, 357, 1301, 253, 7395, 282, 216, 33, 36, 32, 12642, 3519, 1673, 198, 23084, 42, 198, 29, 2210, 198, 29,
        6944, 198, 29, 3184, 198, 29, 11572, 198, 29, 8746, 198, 29, 550, 2, 198, 1, 520, 9531, 198};

    private static LlamaModel load(TestEngine engine) {
        String file = System.getenv(VARIABLE);
        assumeTrue(file != null && !file.isBlank(), VARIABLE + " does not name the demonstration base");
        return LlamaModel.load(engine.load(), Path.of(String.valueOf(file)));
    }

    @ParameterizedTest
    @EnumSource
    void thePromptHasTheIdsOfTheReference(TestEngine engine) {
        try (LlamaModel model = load(engine)) {
            assertThat(model.render(Prompt.user(QUESTION), SYSTEM)).containsExactly(IDS);
            assertThat(model.vocabulary().size()).isEqualTo(49152);
            assertThat(model.vocabulary().endOfTurn()).isEqualTo(2);
            assertThat(model.description()).contains("the model's own");
        }
    }

    /** Kernels for one and for many tokens round activations differently: by tenths of a nat in the tail. */
    @ParameterizedTest
    @EnumSource
    void batchShapesDifferOnQuantisedWeights(TestEngine engine) {
        try (LlamaModel model = load(engine); LlamaExpert expert = new LlamaExpert("base", model, null, 1, SYSTEM)) {
            float[] whole = lastRow(expert, 512);
            for (int batch : List.of(1, 8)) {
                float[] other = lastRow(expert, batch);
                double divergence = divergence(whole, other);
                System.out.printf("%s, %d prompt tokens, pieces of %d against one batch:"
                        + " largest difference %.4f nats, KL %.6f%n", model.engine().version(), IDS.length, batch,
                        EngineTest.largestDifference(whole, other), divergence);
                assertThat(divergence).isBetween(-1e-6, .05);
            }
        }
    }

    /** From 64 tokens up every piece takes the same kernels, so what else is in a batch changes nothing. */
    @ParameterizedTest
    @EnumSource
    void energiesDoNotDependOnTheSizeOfLargeBatches(TestEngine engine) {
        try (LlamaModel model = load(engine); LlamaExpert expert = new LlamaExpert("base", model, null, 1, SYSTEM)) {
            assertThat(EngineTest.largestDifference(lastRow(expert, 512), lastRow(expert, 64))).isLessThan(1e-4);
        }
    }

    /** KL(p‖q) in nats. */
    private static double divergence(float[] p, float[] q) {
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            sum += Math.exp(-p[v]) * (q[v] - p[v]);
        }
        return sum;
    }

    private static float[] lastRow(LlamaExpert expert, int batch) {
        try (ExpertContext context = expert.open(new ContextSize(1, 256, batch, 1))) {
            SequenceId id = context.start(Prompt.user(QUESTION), Rows.LAST);
            return EngineTest.energyAfter(context, id);
        }
    }

    /** Many layers: one defragmentation may not move every cell. */
    @ParameterizedTest
    @EnumSource
    void scatteredCellsOfManyLayersHoldALongPrompt(TestEngine engine) {
        try (LlamaModel model = load(engine);
                LlamaExpert expert = new LlamaExpert("base", model, null, 1, SYSTEM);
                ExpertContext context = expert.open(new ContextSize(64, 512, 256, 1))) {
            List<SequenceId> ids = IntStream.range(0, 64)
                    .mapToObj(k -> context.start(new Prompt.Raw(" a".repeat(8)), Rows.NONE)).toList();
            EngineTest.evaluate(context);
            for (int k = 0; k < 64; k += 2) {
                context.release(ids.get(k));
            }
            float[] scattered = EngineTest.energyAfter(context, context.start(Prompt.user(QUESTION), Rows.LAST));
            assertThat(divergence(lastRow(expert, 256), scattered)).isBetween(-1e-6, .05);
        }
    }
}
