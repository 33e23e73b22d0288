package org.emfuse.llm.bench;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerSums;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.decode.AnswerScoring;
import org.emfuse.llm.decode.Decoder;
import org.emfuse.llm.eval.DecisionRow;

/**
 * Deciding with all candidates of a question in one batch behind one evaluation of it, beside the same work done one
 * candidate at a time, each with the whole question before it.
 */
public final class DecideBench {

    private final FusedExpert expert;
    private final ContextSize size;
    private final Method method;

    /**
     * A benchmark.
     *
     * @param expert who decides; stays the caller's
     * @param size of the contexts
     * @param method by which the experts are fused
     */
    public DecideBench(FusedExpert expert, ContextSize size, Method method) {
        this.expert = expert;
        this.size = size;
        this.method = method;
    }

    /**
     * What was measured.
     *
     * @param experts members
     * @param questions how many
     * @param candidates of all questions together
     * @param batched questions per second
     * @param oneByOne the same without batches
     * @param sameChoice questions that both ways decided alike; 4-bit weights round by the batch, so not always all
     */
    public record Result(int experts, int questions, int candidates, double batched, double oneByOne,
            int sameChoice) {

        /** How many times as fast batches are. */
        public double ratio() {
            return batched / oneByOne;
        }
    }

    /**
     * Measures question by question, both ways in turn. The first question is decided once more beforehand, which does
     * not count.
     *
     * @param rows at least one
     * @param listener hears of every question that is done
     */
    public Result run(List<DecisionRow> rows, Runnable listener) {
        try (ExpertContext context = expert.open(size)) {
            batched(context, rows.getFirst());
            oneByOne(context, rows.getFirst());
            long[] nanos = new long[2];
            int same = 0;
            int candidates = 0;
            for (DecisionRow row : rows) {
                long start = System.nanoTime();
                int together = batched(context, row);
                long between = System.nanoTime();
                int apart = oneByOne(context, row);
                nanos[0] += between - start;
                nanos[1] += System.nanoTime() - between;
                same += together == apart ? 1 : 0;
                candidates += row.choices().size();
                listener.run();
            }
            return new Result(expert.members().size(), rows.size(), candidates, rows.size() * 1e9 / nanos[0],
                    rows.size() * 1e9 / nanos[1], same);
        }
    }

    private int batched(ExpertContext context, DecisionRow row) {
        return score(context, row, row.choices()).choice();
    }

    private int oneByOne(ExpertContext context, DecisionRow row) {
        return new AnswerSums(method.name(), row.choices().stream()
                .mapToDouble(choice -> score(context, row, List.of(choice)).energies()[0]).toArray()).choice();
    }

    /** The question always lists all choices, whichever are scored. */
    private AnswerSums score(ExpertContext context, DecisionRow row, List<String> candidates) {
        List<AnswerScores> scores = new ArrayList<>();
        Decoder decoder = new Decoder(context, 1);
        decoder.submit(new AnswerScoring(OptionsListPrompt.of(row.question(), row.choices()),
                AnswerTrie.of(candidates, context.vocabulary()), List.of(method), scores::add, reason -> {
                    throw reason;
                }));
        decoder.run();
        return scores.getFirst().methods().getFirst();
    }
}
