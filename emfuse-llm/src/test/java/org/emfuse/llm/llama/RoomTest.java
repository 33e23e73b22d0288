package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.junit.jupiter.api.Test;

/** Room comes back, and what is called free can be used, however scattered it is. */
class RoomTest extends EngineTest {

    /**
     * Thousands of sequences of random lengths live and die in a small memory that is kept nearly full. Engines that
     * want the cells of a batch in one stretch fail here unless their memory is tidied.
     */
    @Test
    void roomNeitherLeaksNorScattersOverThousandsOfSequences() {
        long seed = 20261123;
        SplittableRandom random = new SplittableRandom(seed);
        try (ExpertContext context = open(16, 512, 96)) {
            int all = context.freeTokens();
            List<SequenceId> alive = new ArrayList<>();
            for (int started = 0; started < 3000; started++) {
                while (context.freeSequences() == 0 || context.freeTokens() < 40) {
                    context.release(alive.remove(random.nextInt(alive.size())));
                }
                int length = 1 + random.nextInt(Math.min(90, context.freeTokens()));
                alive.add(context.start(new Prompt.Raw("x".repeat(length)), Rows.LAST));
                evaluateAll(context, seed, started);
                live(context, random, alive);
                evaluateAll(context, seed, started);
            }
            alive.forEach(context::release);
            assertThat(context.freeTokens()).as("seed %d", seed).isEqualTo(all);
            assertThat(context.freeSequences()).isEqualTo(16);

            context.start(new Prompt.Raw("x".repeat(all)), Rows.LAST);
            evaluateAll(context, seed, -1);
        }
    }

    /** Forks, appends or rewinds one of the sequences. */
    private static void live(ExpertContext context, SplittableRandom random, List<SequenceId> alive) {
        SequenceId one = alive.get(random.nextInt(alive.size()));
        switch (random.nextInt(3)) {
            case 0 -> {
                if (context.freeSequences() > 0) {
                    alive.add(context.fork(one));
                }
            }
            case 1 -> {
                int most = Math.min(20, context.freeTokens(one));
                if (most > 0) {
                    context.append(one, random.ints(1 + random.nextInt(most), 3, 250).toArray(), Rows.LAST);
                }
            }
            default -> context.rewind(one, random.nextInt(context.generated(one) + 1));
        }
    }

    private static void evaluateAll(ExpertContext context, long seed, int started) {
        try {
            while (context.evaluate()) {
                assertThat(context.rows()).hasSizeLessThanOrEqualTo(LlamaContext.MAX_ROWS);
            }
        } catch (RuntimeException e) {
            throw new AssertionError("after " + started + " sequences, seed " + seed, e);
        }
    }

    /** Where tokens lie decides how sums are rounded, so an emptied memory has to begin anew. */
    @Test
    void anEmptiedContextGivesToTheBitWhatANewOneGives() {
        Prompt prompt = new Prompt.Raw("the cat sat on the mat ".repeat(5));
        try (ExpertContext used = open(8, 512, 512); ExpertContext fresh = open(8, 512, 512)) {
            for (int k = 1; k < 6; k++) {
                SequenceId before = used.start(new Prompt.Raw("x".repeat(37 * k)), Rows.LAST);
                evaluateAll(used, 0, k);
                SequenceId fork = used.fork(before);
                used.append(fork, new int[]{5, 6, 7}, Rows.LAST);
                evaluateAll(used, 0, k);
                used.release(before);
                used.release(fork);
            }
            assertThat(answer(used, prompt)).containsExactly(answer(fresh, prompt));
        }
    }

    private static float[] answer(ExpertContext context, Prompt prompt) {
        SequenceId root = context.start(prompt, Rows.LAST);
        evaluateAll(context, 0, 0);
        SequenceId fork = context.fork(root);
        context.append(fork, new int[]{5, 6}, Rows.LAST);
        context.append(root, new int[]{9, 10, 11}, Rows.LAST);
        evaluateAll(context, 0, 0);
        float[] row = new float[context.vocabulary().size()];
        context.energies(new Row(fork, 2), row);
        return row;
    }

    /** Every other sequence is released, so that the free cells lie apart, and a prompt asks for all of them at once. */
    @Test
    void scatteredCellsHoldOneLongPrompt() {
        try (ExpertContext context = open(33, 512, 512); ExpertContext fresh = open(1, 512, 512)) {
            List<SequenceId> ids = new ArrayList<>();
            for (int k = 0; k < 32; k++) {
                ids.add(context.start(new Prompt.Raw("y".repeat(context.freeTokens() / (32 - k))), Rows.NONE));
            }
            evaluate(context);
            assertThat(context.freeTokens()).isZero();
            for (int k = 0; k < 32; k += 2) {
                context.release(ids.get(k));
            }
            int free = context.freeTokens();
            Prompt prompt = new Prompt.Raw("x".repeat(free));
            SequenceId id = context.start(prompt, Rows.LAST);
            float[] found = energyAfter(context, id);

            assertThat(free).isEqualTo(256);
            assertThat(largestDifference(found, energyAfter(fresh, fresh.start(prompt, Rows.LAST)))).isLessThan(SHAPE);

            // Those that stayed are still what they were.
            SequenceId stayed = ids.get(1);
            context.release(id);
            float[] after = appendSingly(context, stayed, 50).getFirst();
            SequenceId computed = context.start(new Prompt.Raw("y".repeat(16)), Rows.NONE);
            evaluate(context);
            assertThat(largestDifference(after, appendSingly(context, computed, 50).getFirst())).isLessThan(SHAPE);
        }
    }
}
