package org.emfuse.llm.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.TableExpert;
import org.emfuse.llm.TableVocabulary;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.sampling.SamplingParams;
import org.junit.jupiter.api.Test;

/** Scores of whole answers against sums that are computed by hand. */
class AnswerScoringTest {

    private static final TableVocabulary V = TableVocabulary.SMALL;
    private static final Prompt PROMPT = Prompt.user("ab cd");
    private static final AnswerTrie ANSWERS = AnswerTrie.of(List.of("a", "a b", "fed cab", "d", "ab"), V);

    private static final List<Method> METHODS = List.of(
            new Method("emfuse", new Additive(), new Weighting.Uniform()),
            new Method("emfuse-prompt", new Additive(), new Weighting.Prompt(0.3)),
            new Method("emselect", EmSelect.DEFAULT, new Weighting.Uniform()),
            new Method("mixture", new Mixture(), new Weighting.Uniform()));

    private static AnswerScores score(Expert expert, List<Method> methods, ContextSize size) {
        List<AnswerScores> scores = new ArrayList<>();
        try (ExpertContext context = expert.open(size)) {
            Decoder decoder = new Decoder(context, 2);
            decoder.submit(new AnswerScoring(PROMPT, ANSWERS, methods, scores::add, reason -> {
                throw reason;
            }));
            decoder.run();
            assertThat(context.freeSequences()).isEqualTo(size.sequences());
        }
        return scores.getFirst();
    }

    /** -Σ log p of the answer's tokens and the end token, by the definition. */
    private static double[] sums(TableExpert expert, AnswerTrie answers) {
        double[] sums = new double[answers.size()];
        for (int k = 0; k < sums.length; k++) {
            int[] tokens = expert.render(PROMPT);
            for (int at = 0; at <= answers.tokens(k).length; at++) {
                sums[k] += expert.energies(tokens)[answers.token(k, at)];
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = answers.token(k, at);
            }
        }
        return sums;
    }

    @Test
    void everySumIsThatOfTheAnswersTokensAndItsEnd() {
        TableExpert expert = TableExpert.random("a", V, 1);
        AnswerScores scores = score(expert, List.of(), new ContextSize(10, 200, 64, 1));
        assertThat(scores.experts().getFirst().energies()).usingComparatorWithPrecision(1e-4)
                .containsExactly(sums(expert, ANSWERS));
        assertThat(scores.logZ()).isZero();
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheSums() {
        double[] p = score(TableExpert.random("a", V, 1), List.of(), new ContextSize(10, 200, 64, 1)).experts()
                .getFirst().probabilities();
        double[] sums = sums(TableExpert.random("a", V, 1), ANSWERS);
        double z = Arrays.stream(sums).map(e -> Math.exp(-e)).sum();
        for (int k = 0; k < p.length; k++) {
            assertThat(p[k]).isCloseTo(Math.exp(-sums[k]) / z, within(1e-6));
        }
        assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-12));
    }

    @Test
    void fewerSequencesThanAnswersGiveTheSameScores() {
        FusedExpert expert = fused();
        AnswerScores all = score(expert, METHODS, new ContextSize(10, 400, 64, 1));
        for (int sequences : new int[]{1, 2, 3}) {
            AnswerScores waves = score(fused(), METHODS, new ContextSize(sequences, 400, 64, 1));
            for (int m = 0; m < METHODS.size(); m++) {
                assertThat(waves.methods().get(m).energies()).usingComparatorWithPrecision(1e-5)
                        .containsExactly(all.methods().get(m).energies());
            }
            assertThat(waves.logZ()).isCloseTo(all.logZ(), within(1e-9));
        }
    }

    @Test
    void littleRoomIsEnoughForTheLongestAnswer() {
        TableExpert expert = TableExpert.random("a", V, 1);
        int room = expert.render(PROMPT).length + ANSWERS.longest();
        AnswerScores scores = score(expert, List.of(), new ContextSize(10, room, 64, 1));
        assertThat(scores.experts().getFirst().energies()).usingComparatorWithPrecision(1e-4)
                .containsExactly(sums(expert, ANSWERS));
    }

    private static FusedExpert fused() {
        return new FusedExpert("fused", List.of(TableExpert.random("a", V, 1), TableExpert.random("b", V, 2)
                .withTemplate(4), TableExpert.random("c", V, 3)), new Additive(), new Weighting.Uniform());
    }

    @Test
    void membersAreEvaluatedOnceForAllMethods() {
        int[] evaluations = new int[2];
        for (int k = 0; k < 2; k++) {
            FusedExpert expert = fused();
            score(expert, k == 0 ? METHODS.subList(0, 1) : METHODS, new ContextSize(10, 400, 64, 1));
            evaluations[k] = ((TableExpert) expert.members().getFirst()).evaluations.get();
        }
        assertThat(evaluations[1]).isPositive().isEqualTo(evaluations[0]);
    }

    @Test
    void everyMethodScoresAsAnExpertOfItsOwnWould() {
        AnswerScores together = score(fused(), METHODS, new ContextSize(10, 400, 64, 1));
        for (int m = 0; m < METHODS.size(); m++) {
            Method method = METHODS.get(m);
            FusedExpert alone = new FusedExpert("alone", fused().members(), method.rule(), method.weighting());
            // As a single expert of an outer fusion it gives its own rows only.
            FusedExpert outer = method.weighting().needsPromptLosses()
                    ? alone
                    : new FusedExpert("outer", List.of(alone), new Additive(), new Weighting.Uniform());
            AnswerScores own = score(outer, List.of(method.weighting().needsPromptLosses()
                    ? method
                    : new Method("x", new Additive(), new Weighting.Uniform())), new ContextSize(10, 400, 64, 1));
            assertThat(own.methods().getFirst().energies()).usingComparatorWithPrecision(1e-4)
                    .containsExactly(together.methods().get(m).energies());
        }
        assertThat(Objects.requireNonNull(together.promptLosses())).hasSize(3);
        assertThat(together.logZ()).isNegative();
    }

    /** "a" is likely and then goes on badly: per-node renormalisation and whole answers disagree. */
    private static final TableExpert TRAP = TableExpert.of("trap", V, before -> {
        float[] logits = new float[V.size()];
        Arrays.fill(logits, -12);
        int last = before[before.length - 1];
        if (last == 5) { // the prompt's end
            logits[2] = 1; // a
            logits[3] = 0; // b
        } else if (last == 2) {
            logits[4] = 0; // a c: nearly all mass goes where no answer is
            logits[0] = -6;
            logits[1] = -6;
        } else {
            logits[0] = 0;
        }
        return logits;
    });

    @Test
    void constrainedTextsFollowWholeAnswersNotNodes() {
        AnswerTrie answers = AnswerTrie.of(List.of("a", "a b", "b"), V);
        double[] p = new double[3];
        double z = 0;
        Prompt prompt = Prompt.user("d");
        for (int k = 0; k < 3; k++) {
            int[] tokens = TRAP.render(prompt);
            double energy = 0;
            for (int at = 0; at <= answers.tokens(k).length; at++) {
                energy += TRAP.energies(tokens)[answers.token(k, at)];
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = answers.token(k, at);
            }
            p[k] = Math.exp(-energy);
            z += p[k];
        }
        // Node by node "b" would have mass e^0/(e^0 + e^1) = 0.27; by whole answers it has nearly all.
        assertThat(p[2] / z).isGreaterThan(0.9);
        int n = 2000;
        double b = 0;
        try (ExpertContext context = TRAP.open(new ContextSize(8, 200, 64, 1))) {
            Decoder decoder = new Decoder(context, 2);
            List<Texts.Result> records = new ArrayList<>();
            for (int seed = 0; seed < n; seed++) {
                Texts.Result record = new Texts.Result();
                records.add(record);
                decoder.submit(new ConstrainedGeneration(prompt, answers, List.of(), Texts.at(1, seed), record));
            }
            decoder.run();
            for (Texts.Result record : records) {
                assertThat(record.text.toString()).isIn("a", "a b", "b");
                b += record.text.toString().equals("b") ? 1.0 / n : 0;
            }
        }
        assertThat(b).isCloseTo(p[2] / z, within(4 * Math.sqrt(p[2] / z * (1 - p[2] / z) / n)));
    }

    @Test
    void greedyConstrainedTextsTakeTheBestAnswerWhateverThePenalties() {
        SamplingParams penal = new SamplingParams(0, 0, 1, 0, 3, 5, 5, 64, Map.of(3, Double.NEGATIVE_INFINITY), 1);
        Texts.Result record = new Texts.Result();
        try (ExpertContext context = TRAP.open(new ContextSize(8, 200, 64, 1))) {
            Decoder decoder = new Decoder(context, 1);
            decoder.submit(new ConstrainedGeneration(Prompt.user("d"), AnswerTrie.of(List.of("a", "b"), V), List.of(),
                    penal, record));
            decoder.run();
        }
        assertThat(record.text).hasToString("b");
        assertThat(record.reason).isEqualTo(FinishReason.END);
    }

    @Test
    void anAnswerTooLongForTheContextFailsWithItsReason() {
        List<RuntimeException> reasons = new ArrayList<>();
        try (ExpertContext context = TableExpert.random("a", V, 1).open(new ContextSize(4, 6, 64, 1))) {
            Decoder decoder = new Decoder(context, 1);
            decoder.submit(new AnswerScoring(PROMPT, ANSWERS, List.of(), scores -> {}, reasons::add));
            decoder.run();
        }
        assertThat(reasons).singleElement().satisfies(reason -> assertThat(reason.getMessage()).contains("6"));
    }
}
