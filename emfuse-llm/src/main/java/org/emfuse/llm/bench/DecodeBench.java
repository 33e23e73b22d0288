package org.emfuse.llm.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.decode.Decoder;
import org.emfuse.llm.decode.FinishReason;
import org.emfuse.llm.decode.Generation;
import org.emfuse.llm.decode.GenerationListener;
import org.emfuse.llm.decode.GenerationRequest;
import org.emfuse.llm.decode.Step;
import org.emfuse.llm.sampling.SamplingParams;
import org.jspecify.annotations.Nullable;

/**
 * Fused greedy decoding beside the ideal: the same members with the same threads in the same lockstep, which replay the
 * same tokens while nobody reads their logits. What the ideal is faster by is the price of fusing.
 */
public final class DecodeBench {

    private final FusedExpert expert;
    private final ContextSize size;
    private final Prompt prompt;
    private final int tokens;

    /**
     * A benchmark.
     *
     * @param expert who decodes; stays the caller's
     * @param size of the contexts
     * @param prompt that is continued; not measured
     * @param tokens to generate in a round at most, at least 2; an end token ends it earlier
     */
    public DecodeBench(FusedExpert expert, ContextSize size, Prompt prompt, int tokens) {
        if (tokens < 2) {
            throw new IllegalArgumentException("expected at least 2 tokens to decode, found " + tokens);
        }
        this.expert = expert;
        this.size = size;
        this.prompt = prompt;
        this.tokens = tokens;
    }

    /**
     * What was measured.
     *
     * @param experts members
     * @param tokens of each round
     * @param fused tokens per second of each round
     * @param ideal the same without reading and fusing
     * @param parts of the step in the round of the median rate
     */
    public record Result(int experts, int tokens, double[] fused, double[] ideal, StepParts parts) {

        /** Median of the rounds. */
        public double fusedRate() {
            return median(fused);
        }

        /** Median of the rounds. */
        public double idealRate() {
            return median(ideal);
        }

        /** Ratio of the medians; 1 is the ideal. */
        public double ratio() {
            return fusedRate() / idealRate();
        }
    }

    /** The middle value; of an even number the upper of both. */
    static double median(double[] values) {
        return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
    }

    /**
     * Measures in rounds of one fused run and one ideal one, which of them is first alternating. One more round at the
     * beginning does not count.
     *
     * @param rounds at least 1
     * @throws IllegalStateException if the experts end the text before two tokens
     */
    public Result run(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("expected at least 1 round, found " + rounds);
        }
        try (ExpertContext context = expert.open(size)) {
            int[] text = decode(context).text();
            replay(context, text);
            List<Run> fused = new ArrayList<>();
            double[] ideal = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                if (round % 2 == 0) {
                    fused.add(decode(context));
                    ideal[round] = replay(context, text);
                } else {
                    ideal[round] = replay(context, text);
                    fused.add(decode(context));
                }
            }
            List<Run> bySpeed = fused.stream().sorted(Comparator.comparingDouble(Run::rate)).toList();
            return new Result(expert.members().size(), text.length, fused.stream().mapToDouble(Run::rate).toArray(),
                    ideal, bySpeed.get(rounds / 2).parts());
        }
    }

    private record Run(int[] text, StepParts parts) {
        double rate() {
            return 1e9 / parts.whole();
        }
    }

    private Run decode(ExpertContext context) {
        TimedContext timed = new TimedContext(context);
        Text text = new Text(timed);
        Decoder decoder = new Decoder(timed, 1);
        decoder.submit(
                new Generation(new GenerationRequest(prompt, SamplingParams.GREEDY, tokens, List.of(), -1), text));
        decoder.run();
        if (text.failure != null) {
            throw text.failure;
        }
        if (timed.steps() < 1) {
            throw new IllegalStateException("the experts end the benchmark's text at once; nothing was measured");
        }
        return new Run(text.tokens.stream().mapToInt(Integer::intValue).toArray(), timed.parts());
    }

    /** Tokens per second. */
    private double replay(ExpertContext context, int[] text) {
        SequenceId sequence = context.start(prompt, Rows.LAST);
        while (context.evaluate()) {
            // the prompt, which does not count
        }
        long began = System.nanoTime();
        for (int token : text) {
            context.append(sequence, new int[]{token}, Rows.LAST);
            context.evaluate();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        context.release(sequence);
        return text.length / seconds;
    }

    /** Keeps the tokens, and stops the clock when the text ends. */
    private static final class Text implements GenerationListener {

        private final TimedContext context;
        private final List<Integer> tokens = new ArrayList<>();
        private @Nullable RuntimeException failure;

        Text(TimedContext context) {
            this.context = context;
        }

        @Override
        public void step(Step step) {
            tokens.add(step.token());
        }

        @Override
        public void finished(FinishReason reason, String rest) {
            context.stop();
        }

        @Override
        public void failed(RuntimeException reason) {
            failure = reason;
        }
    }
}
