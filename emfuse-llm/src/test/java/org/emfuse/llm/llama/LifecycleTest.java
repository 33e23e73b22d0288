package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.gguf.TinyModels;
import org.junit.jupiter.api.Test;

/** Who may be closed when, and that closing gives memory back. */
class LifecycleTest extends EngineTest {

    private static final ContextSize SIZE = new ContextSize(2, 256, 64, 1);

    @Test
    void aModelIsNotClosedUnderItsContexts() {
        LlamaModel model = LlamaModel.load(experts.model().engine(), TinyModels.of(2).write(folder.resolve("m.gguf")));
        LlamaExpert expert = new LlamaExpert("e", model, null, 1, null);
        ExpertContext context = expert.open(SIZE);

        assertThatThrownBy(model::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("m.gguf")
                .hasMessageContaining("1 open context");
        assertThat(energyAfter(context, context.start(QUESTION, Rows.LAST))).isNotEmpty();
        context.close();
        expert.close();
        model.close();
        model.close();
        assertThatThrownBy(() -> expert.open(SIZE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(model::trainedContext).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("m.gguf was closed");
    }

    @Test
    void aModelIsNotClosedUnderItsAdapters() {
        LlamaModel model = LlamaModel.load(experts.model().engine(), TinyModels.of(2).write(folder.resolve("m.gguf")));
        LlamaExpert expert = new LlamaExpert("e", model, TinyModels.writeAdapter(folder.resolve("a.gguf"), 1, 1), 1,
                null);
        assertThatThrownBy(model::close).isInstanceOf(IllegalStateException.class);
        expert.close();
        model.close();
        assertThatThrownBy(() -> new LlamaExpert("late", model, folder.resolve("a.gguf"), 1, null))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aModelWithoutItsFirstExpertIsStillThere() {
        experts.expert("first").close();
        try (ExpertContext context = experts.expert("second").open(SIZE)) {
            assertThat(energyAfter(context, context.start(QUESTION, Rows.LAST))).isNotEmpty();
        }
    }

    @Test
    void everythingIsRefusedAfterAContextWasClosed() {
        ExpertContext context = open();
        SequenceId id = context.start(QUESTION, Rows.LAST);
        context.evaluate();
        context.close();
        context.close();

        int[] token = {5};
        float[] row = new float[10];
        List<ThrowingCallable> calls = List.of(() -> context.start(QUESTION, Rows.LAST), () -> context.fork(id),
                () -> context.append(id, token, Rows.LAST), context::evaluate, context::rows,
                () -> context.energies(new Row(id, 0), row), () -> context.explain(new Row(id, 0), 5, 3),
                () -> context.promptLoss(id), () -> context.length(id), () -> context.generated(id),
                () -> context.rewind(id, 0), () -> context.release(id), context::freeTokens,
                () -> context.freeTokens(id), context::freeSequences, () -> context.promptTokens(QUESTION));
        for (int k = 0; k < calls.size(); k++) {
            assertThatThrownBy(calls.get(k)).as("call %d", k).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the context was closed");
        }
    }

    /** Native memory that every context leaves behind would add up to hundreds of megabytes. */
    @Test
    void openingAndClosingContextsLeavesNoMemoryBehind() {
        LlamaExpert expert = experts.expert("a");
        openAndDecode(expert, 40);
        long before = Memory.residentKilobytes();
        openAndDecode(expert, 200);
        assertThat(Memory.residentKilobytes() - before).as("kilobytes more after 200 contexts").isLessThan(60_000);
    }

    private static void openAndDecode(LlamaExpert expert, int times) {
        for (int k = 0; k < times; k++) {
            try (ExpertContext context = expert.open(new ContextSize(4, 1024, 128, 1))) {
                SequenceId id = context.start(QUESTION, Rows.LOSS);
                energyAfter(context, id);
                appendSingly(context, context.fork(id), 10);
            }
        }
    }

    @Test
    void loadingAndClosingModelsLeavesNoMemoryBehind() {
        LlamaEngine engine = experts.model().engine();
        // 16 000 tokens more: 8 MB of weights.
        String[] extra = new String[16_000];
        for (int k = 0; k < extra.length; k++) {
            extra[k] = "<extra " + k + ">";
        }
        var path = TinyModels.of(4).withExtraTokens(extra).write(folder.resolve("wide.gguf"));
        for (int k = 0; k < 6; k++) {
            LlamaModel.load(engine, path).close();
        }
        long before = Memory.residentKilobytes();
        for (int k = 0; k < 20; k++) {
            LlamaModel.load(engine, path).close();
        }
        assertThat(Memory.residentKilobytes() - before).as("kilobytes more after 20 models").isLessThan(80_000);
    }

    /** Contexts share nothing that may change, so that members of a fused expert can run at the same time. */
    @Test
    void contextsOfOneModelInParallelGiveTheSameEnergiesAsInTurn() throws Exception {
        String[] names = {TinyExperts.BASE, "a", "b"};
        List<LlamaExpert> all = List.of(experts.expert(names[0]), experts.expert(names[1]), experts.expert(names[2]));
        List<float[]> inTurn = all.stream().map(LifecycleTest::decodeALittle).toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < 3; round++) {
                List<Future<float[]>> found = pool
                        .invokeAll(all.stream().map(e -> (Callable<float[]>) () -> decodeALittle(e)).toList());
                for (int k = 0; k < 3; k++) {
                    assertThat(found.get(k).get()).as(names[k]).isEqualTo(inTurn.get(k));
                }
            }
        }
    }

    private static float[] decodeALittle(LlamaExpert expert) {
        try (ExpertContext context = expert.open(SIZE)) {
            SequenceId id = context.start(new Prompt.Raw("the answer is in the garden"), Rows.NONE);
            evaluate(context);
            return appendSingly(context, id, 10, 20, 30, 40).getLast();
        }
    }
}
