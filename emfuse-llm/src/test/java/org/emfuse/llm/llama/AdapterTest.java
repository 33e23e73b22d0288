package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.gguf.TinyModels;
import org.junit.jupiter.api.Test;

/** Adapters on a base that is loaded once. */
class AdapterTest extends EngineTest {

    private static final ContextSize SIZE = new ContextSize(1, 256, 64, 1);

    private static float[] answer(Expert expert) {
        try (ExpertContext context = expert.open(SIZE)) {
            return energyAfter(context, context.start(QUESTION, Rows.LAST));
        }
    }

    @Test
    void adaptersChangeTheEnergiesEachInItsOwnWay() {
        float[] base = answer(experts.expert(TinyExperts.BASE));
        float[] a = answer(experts.expert("a"));
        float[] b = answer(experts.expert("b"));

        assertThat(largestDifference(base, a)).isGreaterThan(20 * SHAPE);
        assertThat(largestDifference(base, b)).isGreaterThan(20 * SHAPE);
        assertThat(largestDifference(a, b)).isGreaterThan(20 * SHAPE);
        assertThat(answer(experts.expert("a"))).as("equal adapters have equal energies").isEqualTo(a);
    }

    @Test
    void anAdapterOfZerosHasNoEffect() {
        Path zero = TinyModels.writeAdapter(folder.resolve("zero.gguf"), 5, 0);

        assertThat(largestDifference(answer(experts.withAdapter("zero", zero)),
                answer(experts.expert(TinyExperts.BASE)))).isLessThan(1e-5);
    }

    @Test
    void contextsOfOneBaseKeepTheirOwnAdapterWhileTheyTakeTurns() {
        Expert[] all = {experts.expert(TinyExperts.BASE), experts.expert("a"), experts.expert("b")};
        float[][] alone = {answer(all[0]), answer(all[1]), answer(all[2])};
        try (ExpertContext base = all[0].open(SIZE);
                ExpertContext a = all[1].open(SIZE);
                ExpertContext b = all[2].open(SIZE)) {
            ExpertContext[] contexts = {base, a, b};
            for (int turn = 0; turn < 2; turn++) {
                for (int k = 0; k < 3; k++) {
                    SequenceId id = contexts[k].start(QUESTION, Rows.LAST);
                    assertThat(largestDifference(energyAfter(contexts[k], id), alone[k])).isLessThan(1e-5);
                    contexts[k].release(id);
                }
            }
        }
    }

    @Test
    void expertsOfOneBaseShareItsVocabulary() {
        assertThat(experts.expert("a").vocabulary()).isSameAs(experts.expert("b").vocabulary())
                .isSameAs(experts.model().vocabulary());
    }

    @Test
    void aModelIsNotAnAdapterAndAnAdapterIsNotAModel() {
        Path model = TinyModels.of(1).write(folder.resolve("model.gguf"));
        Path adapter = TinyModels.writeAdapter(folder.resolve("adapter.gguf"), 1, 1);

        assertThatThrownBy(() -> experts.withAdapter("x", model)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.gguf is not a LoRA adapter");
        assertThatThrownBy(() -> LlamaModel.load(experts.model().engine(), adapter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("adapter.gguf is not a language model");
    }

    @Test
    void anAdapterOutlivesNoContext() {
        LlamaExpert expert = experts.expert("a");
        try (ExpertContext context = expert.open(SIZE)) {
            assertThatThrownBy(expert::close).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expert a").hasMessageContaining("1 open context");
            assertThat(energyAfter(context, context.start(QUESTION, Rows.LAST))).isNotNull();
        }
        expert.close();
        expert.close();
        assertThatThrownBy(() -> expert.open(SIZE)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was closed");
    }
}
