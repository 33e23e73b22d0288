package org.emfuse.llm.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.TableExpert;
import org.emfuse.llm.TableVocabulary;
import org.emfuse.llm.sampling.SamplingParams;
import org.junit.jupiter.api.Test;

/** One text: its end, its stop strings, its characters, its failures. */
class GenerationTest {

    private static final TableVocabulary V = TableVocabulary.SMALL;

    /** An expert that writes a given text after a prompt of one token, then its end token. */
    private static TableExpert writer(TableVocabulary vocabulary, int... tokens) {
        return TableExpert.of("writer", vocabulary, before -> {
            int next = before.length - 1 < tokens.length ? tokens[before.length - 1] : 0;
            float[] logits = new float[vocabulary.size()];
            Arrays.fill(logits, -20);
            logits[next] = 20;
            return logits;
        });
    }

    private static Texts.Result write(String text, int maxTokens, String... stop) {
        return Texts.of(writer(V, V.tokenize(text)), Texts.request("a", SamplingParams.GREEDY, maxTokens, stop));
    }

    @Test
    void theEndTokenEndsTheTextAndIsNotPartOfIt() {
        Texts.Result record = write("ab cd ef", 100);
        assertThat(record.text).hasToString("ab cd ef");
        assertThat(record.reason).isEqualTo(FinishReason.END);
        assertThat(record.tokens()).hasSize(6).doesNotContain(0);
    }

    @Test
    void theLimitOfTokensEndsTheText() {
        Texts.Result record = write("ab cd ef", 3);
        assertThat(record.text).hasToString("ab cd");
        assertThat(record.reason).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void aStopStringEndsTheTextAlsoAcrossTokens() {
        Texts.Result record = write("ab cd ef", 100, "b c");
        assertThat(record.text).hasToString("a");
        assertThat(record.reason).isEqualTo(FinishReason.STOP);
        assertThat(write("ab cd ef", 100, "zz", "d e", "f").text).hasToString("ab c");
    }

    @Test
    void textThatCouldBecomeAStopStringIsHeldBackAndComesInTheEnd() {
        Texts.Result record = write("ab cd", 100, "cdx");
        assertThat(record.steps).extracting(Step::text).containsExactly("ab", " ", "");
        assertThat(record.text).hasToString("ab cd");
        assertThat(record.reason).isEqualTo(FinishReason.END);
    }

    @Test
    void aCharacterAppearsWhenItsLastByteHasCome() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        TableVocabulary bytes = TableVocabulary.ofBytes(List.of(new byte[0], new byte[]{'a'}, new byte[]{euro[0]},
                new byte[]{euro[1], euro[2]}));
        Texts.Result record = Texts.of(writer(bytes, 1, 2, 3, 1), Texts.request("a", SamplingParams.GREEDY, 9));
        assertThat(record.steps).extracting(Step::text).containsExactly("a", "", "€", "a");
        Texts.Result broken = Texts.of(writer(bytes, 1, 2), Texts.request("a", SamplingParams.GREEDY, 9));
        assertThat(broken.text).hasToString("a\uFFFD");
        Texts.Result stray = Texts.of(writer(bytes, 2, 1), Texts.request("a", SamplingParams.GREEDY, 9));
        assertThat(stray.text).hasToString("\uFFFDa");
    }

    @Test
    void aFullContextEndsTheText() {
        TableExpert writer = TableExpert.of("endless", V, before -> {
            float[] logits = new float[V.size()];
            logits[2] = 30;
            return logits;
        });
        Texts.Result record = new Texts.Result();
        try (ExpertContext context = writer.open(new ContextSize(1, 10, 8, 1))) {
            Decoder decoder = new Decoder(context, 1);
            decoder.submit(new Generation(Texts.request("abc", SamplingParams.GREEDY, 100), record));
            decoder.run();
        }
        // 2 prompt tokens, 8 more in the context, and the last sampled one that is not put there any more.
        assertThat(record.tokens()).hasSize(9);
        assertThat(record.reason).isEqualTo(FinishReason.CONTEXT);
    }

    @Test
    void whoeverAskedCanCancel() {
        Texts.Result record = new Texts.Result() {
            @Override
            public boolean cancelled() {
                return steps.size() == 2;
            }
        };
        run(writer(V, V.tokenize("abcdef")), List.of(new Generation(
                Texts.request("a", SamplingParams.GREEDY, 100), record)));
        assertThat(record.reason).isEqualTo(FinishReason.CANCELLED);
        assertThat(record.tokens()).hasSize(2);
    }

    private static void run(TableExpert expert, List<? extends DecodeTask> tasks) {
        try (ExpertContext context = expert.open(new ContextSize(4, 64, 16, 1))) {
            Decoder decoder = new Decoder(context, 4);
            tasks.forEach(decoder::submit);
            decoder.run();
            assertThat(context.freeSequences()).isEqualTo(4);
        }
    }

    @Test
    void aListenerThatFailsEndsItsOwnTextOnly() {
        Texts.Result bad = new Texts.Result() {
            @Override
            public void step(Step step) {
                throw new IllegalStateException("the pipe is broken");
            }
        };
        Texts.Result good = new Texts.Result();
        GenerationRequest request = Texts.request("a", SamplingParams.GREEDY, 100);
        run(writer(V, V.tokenize("abcdef")), List.of(new Generation(request, bad), new Generation(request, good)));
        assertThat(bad.failure).hasMessage("the pipe is broken");
        assertThat(good.text).hasToString("abcdef");
    }

    @Test
    void aPromptThatIsTooLongFailsAloneAndSaysHowLong() {
        Texts.Result longOne = new Texts.Result();
        Texts.Result shortOne = new Texts.Result();
        run(writer(V, V.tokenize("ef")), List.of(
                new Generation(Texts.request("f".repeat(70), SamplingParams.GREEDY, 5), longOne),
                new Generation(Texts.request("a", SamplingParams.GREEDY, 5), shortOne)));
        assertThat(Objects.requireNonNull(longOne.failure)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("71 tokens").hasMessageContaining("64");
        assertThat(shortOne.text).hasToString("ef");
    }

    @Test
    void aFailingEvaluationReachesEveryListenerAndTheCaller() {
        TableExpert expert = writer(V, V.tokenize("ef"));
        expert.failing = true;
        Texts.Result a = new Texts.Result();
        Texts.Result b = new Texts.Result();
        GenerationRequest request = Texts.request("a", SamplingParams.GREEDY, 5);
        assertThatThrownBy(() -> run(expert, List.of(new Generation(request, a), new Generation(request, b))))
                .hasMessage("told to fail");
        assertThat(a.failure).hasMessage("told to fail");
        assertThat(b.failure).hasMessage("told to fail");
    }

    @Test
    void sameSeedSameTextAnotherSeedAnotherText() {
        TableExpert expert = TableExpert.random("r", V, 9);
        List<String> texts = new ArrayList<>();
        for (long seed : new long[]{1, 1, 2}) {
            texts.add(Texts.of(expert, Texts.request("a", Texts.at(1.5, seed), 60)).tokens().toString());
        }
        assertThat(texts.get(0)).isEqualTo(texts.get(1)).isNotEqualTo(texts.get(2));
    }

    @Test
    void requestsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Texts.request("a", SamplingParams.GREEDY, 0)).hasMessageContaining("at least 1 token");
        assertThatThrownBy(() -> Texts.request("a", SamplingParams.GREEDY, 5, ""))
                .hasMessageContaining("stop strings");
    }
}
