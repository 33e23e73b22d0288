package org.emfuse.llm.experts;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.EvaluationPlan;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;

/** Times decoding steps under several plans, a step of each in turn, so that a busy moment meets all of them. */
final class StepTiming {

    private static final String TEXT = "Time is measured on a short text of no importance.";
    private static final int MOST_ROUNDS = 24;
    private static final long ENOUGH_NANOS = 1_500_000_000;
    private static final ContextSize SIZE = new ContextSize(1, 96, 16, 1);

    private StepTiming() {}

    /** A context under one plan, with the times of its steps. */
    private record Trial(EvaluationPlan plan, FusedContext context, SequenceId sequence, List<Long> nanos) {

        void step(int token) {
            long start = System.nanoTime();
            context.append(sequence, new int[]{token}, Rows.LAST);
            finish(context);
            nanos.add(System.nanoTime() - start);
        }

        Calibration.Timing timing() {
            // The first step warms up, where there is another.
            long[] sorted = nanos.stream().skip(nanos.size() > 1 ? 1 : 0).mapToLong(Long::longValue).sorted().toArray();
            return new Calibration.Timing(plan, sorted[sorted.length / 2] / 1e6);
        }
    }

    /**
     * The median time of a step, in about a second for all plans together.
     *
     * @return one timing per plan, in their order
     */
    static List<Calibration.Timing> measure(ExpertSet set, List<EvaluationPlan> plans) {
        FusedExpert fused = set.fused("calibration", new Additive(), new Weighting.Uniform());
        int[] tokens = fused.vocabulary().tokenize(TEXT);
        List<Trial> trials = new ArrayList<>();
        List<FusedContext> contexts = new ArrayList<>();
        try {
            long start = System.nanoTime();
            for (EvaluationPlan plan : plans) {
                // Large models get fewer plans to choose from.
                if (trials.isEmpty() || System.nanoTime() - start < ENOUGH_NANOS) {
                    FusedContext context = fused.open(SIZE.withPlan(plan));
                    contexts.add(context);
                    SequenceId sequence = context.start(new Prompt.Raw("a"), Rows.LAST);
                    finish(context);
                    trials.add(new Trial(plan, context, sequence, new ArrayList<>()));
                }
            }
            for (int round = 0; round < MOST_ROUNDS
                    && (round < 1 || System.nanoTime() - start < ENOUGH_NANOS); round++) {
                // There and back, so that no plan always follows the same one.
                for (Trial trial : round % 2 == 0 ? trials : trials.reversed()) {
                    trial.step(tokens[round % tokens.length]);
                }
            }
            return trials.stream().map(Trial::timing).toList();
        } finally {
            contexts.forEach(FusedContext::close);
        }
    }

    private static void finish(FusedContext context) {
        boolean more = true;
        while (more) {
            more = context.evaluate();
        }
    }
}
