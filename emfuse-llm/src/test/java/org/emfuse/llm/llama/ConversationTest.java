package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ChatMessage;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.decode.Conversation;
import org.emfuse.llm.decode.FinishReason;
import org.emfuse.llm.decode.GenerationListener;
import org.emfuse.llm.decode.Step;
import org.emfuse.llm.decode.Turn;
import org.emfuse.llm.sampling.SamplingParams;
import org.junit.jupiter.api.Test;

/** Conversations on engines: a later turn is answered as if the whole conversation had been evaluated anew. */
class ConversationTest extends EngineTest {

    private static final ContextSize SIZE = new ContextSize(1, 512, 64, 1);

    /** What a turn printed. */
    private static final class Heard implements GenerationListener {
        private final List<Step> steps = new ArrayList<>();
        private int cancelAfter = Integer.MAX_VALUE;

        @Override
        public void step(Step step) {
            steps.add(step);
        }

        @Override
        public void finished(FinishReason reason, String rest) {}

        @Override
        public void failed(RuntimeException reason) {}

        @Override
        public boolean cancelled() {
            return steps.size() >= cancelAfter;
        }

        private List<Integer> tokens() {
            return steps.stream().map(Step::token).toList();
        }

        private double[] energies() {
            return steps.stream().mapToDouble(step -> Objects.requireNonNull(step.explanation()).energy()).toArray();
        }
    }

    private static Turn say(Conversation conversation, String text, Heard heard) {
        return conversation.say(text, SamplingParams.GREEDY, 6, List.of(), 0, heard);
    }

    private FusedExpert fused(FusionRule rule, Weighting weighting) {
        List<Expert> members = new ArrayList<>(List.of(experts.expert("a", 1, "Be short."), experts.expert("b"),
                experts.expert("c", 1, "You are the third of three experts.")));
        return new FusedExpert("all", members, rule, weighting);
    }

    /** Three turns in one conversation, and each of them anew from what was said before. */
    private static void assertLaterTurnsEqualFreshOnes(Expert expert) {
        try (ExpertContext context = expert.open(SIZE)) {
            Conversation conversation = new Conversation(context);
            for (String text : List.of("is the answer in the question?", "and the other one", "yes or no")) {
                List<ChatMessage> before = conversation.messages();
                Heard heard = new Heard();
                Turn turn = say(conversation, text, heard);
                Heard fresh = new Heard();
                try (ExpertContext other = expert.open(SIZE)) {
                    Conversation again = new Conversation(other);
                    again.replace(before);
                    Turn whole = say(again, text, fresh);
                    assertThat(whole.evaluatedTokens()).isEqualTo(whole.promptTokens());
                    assertThat(turn.promptTokens()).isEqualTo(whole.promptTokens());
                    assertThat(turn.answer()).isEqualTo(whole.answer());
                }
                assertThat(heard.tokens()).isEqualTo(fresh.tokens()).isNotEmpty();
                assertThat(heard.energies()).usingComparatorWithPrecision(SHAPE).containsExactly(fresh.energies());
            }
            assertThat(conversation.messages()).extracting(ChatMessage::role).containsExactly("user", "assistant",
                    "user", "assistant", "user", "assistant");
        }
    }

    @Test
    void laterTurnsOfASingleExpertEqualFreshOnes() {
        assertLaterTurnsEqualFreshOnes(experts.expert("a", 1, "Be short."));
    }

    @Test
    void laterTurnsOfFusedExpertsEqualFreshOnesUnderEveryRuleAndWeighting() {
        assertLaterTurnsEqualFreshOnes(fused(new Additive(), new Weighting.Uniform()));
        assertLaterTurnsEqualFreshOnes(fused(new EmSelect(0.5, Selector.STICKY, 0, 0), new Weighting.Uniform()));
        assertLaterTurnsEqualFreshOnes(fused(new Mixture(), new Weighting.Entropy(1)));
        assertLaterTurnsEqualFreshOnes(fused(new Additive(), new Weighting.Prompt(0.1)));
    }

    @Test
    void onlyWhatIsNewIsEvaluated() {
        try (ExpertContext context = fused(new Additive(), new Weighting.Uniform()).open(SIZE)) {
            Conversation conversation = new Conversation(context);
            Turn first = say(conversation, "is the answer in the question?", new Heard());
            assertThat(first.evaluatedTokens()).isEqualTo(first.promptTokens());
            List<ChatMessage> said = new ArrayList<>(conversation.messages());
            said.removeLast();
            int before = context.promptTokens(new Prompt.Chat(said));
            Turn second = say(conversation, "and the other one", new Heard());
            assertThat(second.evaluatedTokens()).as("what the answer and the question add to %s tokens", before)
                    .isBetween(1, second.promptTokens() - before);

            conversation.system("Be kind.");
            Turn third = say(conversation, "yes", new Heard());
            assertThat(third.evaluatedTokens()).as("the text that goes first is another one")
                    .isGreaterThan(third.promptTokens() - 20);

            conversation.reset();
            assertThat(conversation.messages()).containsExactly(new ChatMessage("system", "Be kind."));
            Turn fourth = say(conversation, "yes", new Heard());
            assertThat(fourth.evaluatedTokens()).isEqualTo(fourth.promptTokens());
        }
    }

    @Test
    void anotherRuleOrWeightingNeedsNoNewEvaluation() {
        FusedExpert expert = fused(new Additive(), new Weighting.Uniform());
        Weighting second = new Weighting.Fixed(ExpertWeights.of(0, 1, 0));
        try (FusedContext context = expert.open(SIZE); ExpertContext alone = experts.expert("b").open(SIZE)) {
            Conversation conversation = new Conversation(context);
            say(conversation, "is the answer in the question?", new Heard());
            List<ChatMessage> before = conversation.messages();
            context.fuseBy(new Mixture(), second);
            Heard heard = new Heard();
            Turn turn = say(conversation, "and the other one", heard);
            assertThat(turn.evaluatedTokens()).isLessThan(turn.promptTokens() / 2);

            Conversation single = new Conversation(alone);
            single.replace(before);
            Heard fresh = new Heard();
            say(single, "and the other one", fresh);
            assertThat(heard.tokens()).as("all weight on the second").isEqualTo(fresh.tokens());
            assertThatThrownBy(() -> context.fuseBy(new Additive(), new Weighting.Fixed(ExpertWeights.of(0.5, 0.5))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected 3 weights");

            // Prompt weights need losses that were not kept so far: everything is evaluated, once.
            context.fuseBy(new Additive(), new Weighting.Prompt(0.5));
            Turn all = say(conversation, "yes", new Heard());
            assertThat(all.evaluatedTokens()).isEqualTo(all.promptTokens());
            Turn more = say(conversation, "no", new Heard());
            assertThat(more.evaluatedTokens()).isLessThan(more.promptTokens() / 2);
        }
    }

    @Test
    void aCancelledAnswerIsKeptAsFarAsItCameAndTheNextTurnIsAsFresh() {
        Expert expert = fused(new Additive(), new Weighting.Uniform());
        try (ExpertContext context = expert.open(SIZE); ExpertContext other = expert.open(SIZE)) {
            Conversation conversation = new Conversation(context);
            Heard heard = new Heard();
            heard.cancelAfter = 3;
            Turn turn = say(conversation, "is the answer in the question?", heard);
            assertThat(turn.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(heard.steps).hasSize(3);
            assertThat(conversation.messages().getLast()).isEqualTo(new ChatMessage("assistant", turn.answer()));

            // Cancelled while the prompt, several batches long, is read: as if it had not been said.
            Heard never = new Heard();
            never.cancelAfter = 0;
            Turn nothing = say(conversation, "the other ".repeat(30), never);
            assertThat(nothing.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(never.steps).isEmpty();
            assertThat(conversation.messages()).hasSize(2);

            Conversation again = new Conversation(other);
            again.replace(conversation.messages());
            Heard next = new Heard();
            Heard fresh = new Heard();
            say(conversation, "yes or no", next);
            say(again, "yes or no", fresh);
            assertThat(next.tokens()).isEqualTo(fresh.tokens());
        }
    }

    @Test
    void aConversationLongerThanTheContextIsRefusedAndCanGoOn() {
        try (ExpertContext context = fused(new Additive(), new Weighting.Uniform())
                .open(new ContextSize(1, 256, 64, 1))) {
            Conversation conversation = new Conversation(context);
            int room = conversation.room();
            say(conversation, "yes", new Heard());
            List<ChatMessage> before = conversation.messages();
            assertThatThrownBy(() -> say(conversation, "x".repeat(room), new Heard()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("tokens of context");
            assertThat(conversation.messages()).isEqualTo(before);

            Turn full = conversation.say("y".repeat(room - 140), SamplingParams.GREEDY, 500, List.of(), -1,
                    new Heard());
            assertThat(full.reason()).isEqualTo(FinishReason.CONTEXT);
            assertThatThrownBy(() -> say(conversation, "yes", new Heard()))
                    .isInstanceOf(IllegalArgumentException.class);
            conversation.reset();
            assertThat(say(conversation, "yes", new Heard()).reason()).isNotEqualTo(FinishReason.CONTEXT);
        }
    }
}
