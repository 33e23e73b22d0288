package org.emfuse.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.InvalidEnergiesException;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.junit.jupiter.api.Test;

/** What a fused expert adds to the contract: vocabularies, weights, states, early rows, failures. */
class FusedExpertTest {

    private static final TableVocabulary V = TableVocabulary.SMALL;
    private static final ContextSize SIZE = new ContextSize(8, 1024, 16, 2);

    private static TableExpert table(String name, long seed) {
        return TableExpert.random(name, V, seed);
    }

    private static FusedExpert fused(Weighting weighting, TableExpert... experts) {
        return new FusedExpert("fused", List.of(experts), new Additive(), weighting);
    }

    private static void evaluate(ExpertContext context) {
        while (context.evaluate()) {
            // to the end
        }
    }

    @Test
    void differentVocabulariesAreRefusedWithBothNamesAndTheDifference() {
        TableExpert other = TableExpert.random("other", TableVocabulary.of("<end>", " ", "x"), 1);
        assertThatThrownBy(() -> fused(new Weighting.Uniform(), table("a", 1), other))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a and other")
                .hasMessageContaining("token 2");
        TableExpert trait = TableExpert.random("trait", V.withTrait("merges", "other"), 1);
        assertThatThrownBy(() -> fused(new Weighting.Uniform(), table("a", 1), trait)).hasMessageContaining("merges");
    }

    @Test
    void extraTokensAreCutOffUnlessOneEndsTexts() {
        TableExpert larger = TableExpert.random("larger", V.with("<pad>", false), 2);
        FusedExpert fused = fused(new Weighting.Uniform(), table("a", 1), larger);
        assertThat(fused.vocabulary().size()).isEqualTo(V.size());
        try (FusedContext context = fused.open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            float[] row = new float[V.size()];
            context.energies(new Row(id, 0), 1, row);
            assertThat(Boltzmann.logPartition(row)).isCloseTo(0, within(1e-5));
        }
        TableExpert ends = TableExpert.random("ends", V.with("<stop>", true), 2);
        assertThatThrownBy(() -> fused(new Weighting.Uniform(), table("a", 1), ends)).hasMessageContaining("<stop>");
    }

    @Test
    void membersNeedDifferentNamesAndFittingWeights() {
        assertThatThrownBy(() -> fused(new Weighting.Uniform(), table("a", 1), table("a", 2)))
                .hasMessageContaining("different names");
        assertThatThrownBy(() -> fused(new Weighting.Fixed(ExpertWeights.uniform(3)), table("a", 1), table("b", 2)))
                .hasMessageContaining("2 weights");
        assertThatThrownBy(() -> new FusedExpert("none", List.of(), new Additive(), new Weighting.Uniform()))
                .hasMessageContaining("at least one expert");
    }

    @Test
    void promptWeightsAreTheSoftmaxOfTheLossesAndStayForForks() {
        TableExpert a = table("a", 1).withTemplate(3);
        TableExpert b = table("b", 2);
        try (FusedContext context = fused(new Weighting.Prompt(0.5), a, b).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab cd ef"), Rows.LAST);
            evaluate(context);
            double[] losses = Objects.requireNonNull(context.promptLosses(id));
            assertThat(losses[0]).isCloseTo(loss(a, "ab cd ef"), within(1e-5));
            assertThat(losses[1]).isCloseTo(loss(b, "ab cd ef"), within(1e-5));
            double wa = Math.exp(-losses[0] / 0.5);
            double wb = Math.exp(-losses[1] / 0.5);
            Row row = new Row(id, 0);
            assertThat(context.weights(row, new Weighting.Prompt(0.5)).lambda(0)).isCloseTo(wa / (wa + wb),
                    within(1e-9));
            SequenceId child = context.fork(id);
            context.append(child, new int[]{2}, Rows.LAST);
            evaluate(context);
            assertThat(context.weights(new Row(child, 1), new Weighting.Prompt(0.5)).lambda(0))
                    .isCloseTo(wa / (wa + wb), within(1e-9));
        }
    }

    private static double loss(TableExpert expert, String prompt) {
        int[] tokens = expert.render(Prompt.user(prompt));
        double sum = 0;
        for (int t = 1; t < tokens.length; t++) {
            sum += expert.energies(Arrays.copyOf(tokens, t))[tokens[t]];
        }
        return sum / (tokens.length - 1);
    }

    @Test
    void entropyWeightsFollowEveryRow() {
        try (FusedContext context = fused(new Weighting.Entropy(5), table("a", 1), table("b", 2)).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            ExpertWeights first = context.weights(new Row(id, 0), new Weighting.Entropy(5));
            context.append(id, new int[]{3}, Rows.LAST);
            evaluate(context);
            ExpertWeights second = context.weights(new Row(id, 1), new Weighting.Entropy(5));
            assertThat(first).isNotEqualTo(second);
        }
    }

    @Test
    void aMemberThatIsFarBehindDoesNotLoseRows() {
        TableExpert slow = table("slow", 1).withTemplate(300);
        TableExpert fast = table("fast", 2);
        try (FusedContext context = fused(new Weighting.Uniform(), slow, fast).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            int turns = 0;
            while (context.rows().isEmpty()) {
                context.evaluate();
                turns++;
            }
            assertThat(turns).isGreaterThan(10);
            float[] row = new float[V.size()];
            context.energies(new Row(id, 0), 1, row);
            assertThat(row).usingComparatorWithPrecision(1e-5f)
                    .containsExactly(fast.energies(fast.render(Prompt.user("ab"))));
        }
    }

    @Test
    void aStickyIncumbentFollowsForksAndRewinds() {
        FusionRule sticky = new EmSelect(0.5, Selector.STICKY, 0.2, 0);
        FusedExpert fused = new FusedExpert("fused", List.of(table("a", 1), table("b", 2), table("c", 3)), sticky,
                new Weighting.Uniform());
        Weighting uniform = new Weighting.Uniform();
        try (FusedContext context = fused.open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            float[] out = new float[V.size()];
            context.fuse(new Row(id, 0), uniform, sticky, out);
            SequenceId child = context.fork(id);
            context.append(id, new int[]{3, 4, 5}, Rows.ALL);
            context.append(child, new int[]{3}, Rows.LAST);
            int[] chosen = new int[4];
            boolean more = true;
            int ofChild = -1;
            while (more) {
                more = context.evaluate();
                for (Row row : context.rows()) {
                    int which = context.fuse(row, uniform, sticky, out).chosen();
                    if (row.sequence().equals(id)) {
                        chosen[row.index()] = which;
                    } else {
                        ofChild = which;
                    }
                }
            }
            assertThat(ofChild).isEqualTo(chosen[1]);
            context.rewind(id, 1);
            context.append(id, new int[]{4}, Rows.LAST);
            evaluate(context);
            assertThat(context.fuse(new Row(id, 2), uniform, sticky, out).chosen()).isEqualTo(chosen[2]);
        }
    }

    @Test
    void aFailingMemberIsNamedAndContextsCloseTogether() {
        TableExpert good = table("good", 1);
        TableExpert bad = table("bad", 2);
        FusedContext context = fused(new Weighting.Uniform(), good, bad).open(SIZE);
        context.start(Prompt.user("ab"), Rows.LAST);
        bad.failing = true;
        assertThatThrownBy(context::evaluate).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expert bad").hasMessageContaining("told to fail");
        context.close();
        assertThat(good.open.get() + bad.open.get()).isZero();
    }

    @Test
    void aMemberWithoutValidEnergiesIsNamedOrLeftOut() {
        TableExpert sound = table("sound", 1).withTemplate(3);
        TableExpert broken = TableExpert.of("broken", V, before -> {
            float[] logits = new float[V.size()];
            logits[4] = Float.NaN;
            return logits;
        });
        try (FusedContext context = fused(new Weighting.Uniform(), sound, broken).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            Row row = new Row(id, 0);
            float[] out = new float[V.size()];
            assertThatThrownBy(() -> context.energies(row, out)).isInstanceOf(InvalidEnergiesException.class)
                    .hasMessageContaining("expert broken");
            context.fuse(row, new Weighting.Dropping(new Weighting.Uniform()), new Additive(), out);
            assertThat(out).usingComparatorWithPrecision(1e-5f)
                    .containsExactly(sound.energies(sound.render(Prompt.user("ab"))));
            assertThat(context.diagnose(row, new Weighting.Dropping(new Weighting.Uniform()), -1).faulty())
                    .isEqualTo(1);
        }
    }

    @Test
    void ifAMemberCannotOpenTheOthersAreClosed() {
        TableExpert good = table("good", 1);
        Expert closed = new Expert() {
            @Override
            public String name() {
                return "closed";
            }

            @Override
            public Vocabulary vocabulary() {
                return V;
            }

            @Override
            public int promptTokens(Prompt prompt) {
                return 0;
            }

            @Override
            public ExpertContext open(ContextSize size) {
                throw new IllegalStateException("no memory");
            }

            @Override
            public void close() {}
        };
        FusedExpert fused = new FusedExpert("f", List.of(good, closed), new Additive(), new Weighting.Uniform());
        assertThatThrownBy(() -> fused.open(SIZE)).hasMessage("no memory");
        assertThat(good.open.get()).isZero();
    }

    /** Never more threads than there are for all, unless every single expert has just one. */
    @Test
    void singleExpertsShareTheThreadsEquallyHoweverTheyAreNested() {
        assertThat(threads(4, 2)).containsExactly(2, 2);
        assertThat(threads(2, 3)).containsExactly(1, 1, 1);
        assertThat(threads(8, 3)).containsExactly(2, 2, 2);
        assertThat(threads(4, 3, 1)).containsExactly(1, 1, 1, 1);
        assertThat(threads(8, 3, 1)).containsExactly(2, 2, 2, 2);
        assertThat(threads(2, 3, 2)).containsExactly(1, 1, 1, 1, 1);
    }

    /** What experts get of so many threads: one group of experts, or several groups, each fused, fused once more. */
    private static List<Integer> threads(int all, int... groups) {
        List<Integer> given = new ArrayList<>();
        List<Expert> members = new ArrayList<>();
        for (int group = 0; group < groups.length; group++) {
            List<Expert> experts = new ArrayList<>();
            for (int k = 0; k < groups[group]; k++) {
                experts.add(new Counted(table(group + "-" + k, k), given));
            }
            members.add(new FusedExpert("group " + group, experts, new Additive(), new Weighting.Uniform()));
        }
        Expert fused = groups.length == 1
                ? members.getFirst()
                : new FusedExpert("all", members, new Additive(), new Weighting.Uniform());
        fused.open(new ContextSize(2, 64, 16, all)).close();
        return given;
    }

    /** An expert that writes down how many threads it was opened with. */
    private record Counted(TableExpert expert, List<Integer> given) implements Expert {
        @Override
        public String name() {
            return expert.name();
        }

        @Override
        public Vocabulary vocabulary() {
            return expert.vocabulary();
        }

        @Override
        public int promptTokens(Prompt prompt) {
            return expert.promptTokens(prompt);
        }

        @Override
        public ExpertContext open(ContextSize size) {
            given.add(size.threads());
            return expert.open(size);
        }

        @Override
        public void close() {
            expert.close();
        }
    }

    @Test
    void promptWeightsNeedSingleModels() {
        FusedExpert inner = fused(new Weighting.Uniform(), table("a", 1), table("b", 2));
        assertThatThrownBy(() -> new FusedExpert("outer", List.of(inner, table("c", 3)), new Additive(),
                new Weighting.Prompt(1))).hasMessageContaining("prompt losses");
    }

    @Test
    void aPromptTooLongForOneMemberLeavesNothingBehind() {
        try (FusedContext context = fused(new Weighting.Uniform(), table("a", 1), table("b", 2).withTemplate(2000))
                .open(SIZE)) {
            assertThatThrownBy(() -> context.start(Prompt.user("ab"), Rows.LAST))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expert b");
            assertThat(context.freeSequences()).isEqualTo(SIZE.sequences());
        }
    }

    @Test
    void theDriverIsWhoPushesTheTokenMostAgainstTheNextBest() {
        TableExpert pusher = TableExpert.of("pusher", V, before -> new float[]{0, 0, 5, 0, 0, 0, 0, 0, 0, 0});
        TableExpert calm = TableExpert.of("calm", V, before -> new float[]{0, 0, 1, 0.5f, 0, 0, 0, 0, 0, 0});
        try (FusedContext context = fused(new Weighting.Uniform(), calm, pusher).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            assertThat(context.explain(new Row(id, 0), 2, 1).driver()).isEqualTo(1);
        }
        try (FusedContext context = fused(new Weighting.Uniform(), calm, calm.named("twin")).open(SIZE)) {
            SequenceId id = context.start(Prompt.user("ab"), Rows.LAST);
            evaluate(context);
            assertThat(context.explain(new Row(id, 0), 2, 1).driver()).as("too close to call").isEqualTo(-1);
        }
    }
}
