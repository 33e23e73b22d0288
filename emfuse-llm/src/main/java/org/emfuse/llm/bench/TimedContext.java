package org.emfuse.llm.bench;

import java.util.List;

import org.emfuse.llm.Explanation;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.Vocabulary;

/**
 * A context that measures the steps after its first row: the prompt does not count. A step begins with an evaluation and
 * ends where the next one begins; between them its row is read, which is the fusion, and a token is drawn.
 */
final class TimedContext implements ExpertContext {

    private final ExpertContext context;
    private boolean counting;
    private int steps;
    private long began;
    private long evaluating;
    private long fusing;
    private long whole;

    /** Measures a context; closing this closes that. */
    TimedContext(ExpertContext context) {
        this.context = context;
    }

    /** The parts of a step in nanoseconds, means of the steps so far. */
    StepParts parts() {
        double n = Math.max(1, steps);
        return new StepParts(evaluating / n, fusing / n, (whole - evaluating - fusing) / n);
    }

    /** Steps so far. */
    int steps() {
        return steps;
    }

    /** Ends the last step, which no evaluation follows. */
    void stop() {
        whole = System.nanoTime() - began;
    }

    @Override
    public boolean evaluate() {
        long start = System.nanoTime();
        if (counting && steps == 0) {
            began = start;
        }
        boolean more = context.evaluate();
        if (counting) {
            steps++;
            evaluating += System.nanoTime() - start;
        }
        return more;
    }

    @Override
    public void energies(Row row, float[] out) {
        long start = System.nanoTime();
        context.energies(row, out);
        if (counting) {
            fusing += System.nanoTime() - start;
        }
        counting = true;
    }

    @Override
    public Vocabulary vocabulary() {
        return context.vocabulary();
    }

    @Override
    public int promptTokens(Prompt prompt) {
        return context.promptTokens(prompt);
    }

    @Override
    public SequenceId start(Prompt prompt, Rows rows) {
        return context.start(prompt, rows);
    }

    @Override
    public int resume(SequenceId sequence, Prompt prompt, Rows rows) {
        return context.resume(sequence, prompt, rows);
    }

    @Override
    public SequenceId fork(SequenceId sequence) {
        return context.fork(sequence);
    }

    @Override
    public void append(SequenceId sequence, int[] tokens, Rows rows) {
        context.append(sequence, tokens, rows);
    }

    @Override
    public List<Row> rows() {
        return context.rows();
    }

    @Override
    public Explanation explain(Row row, int token, int alternatives) {
        return context.explain(row, token, alternatives);
    }

    @Override
    public double promptLoss(SequenceId sequence) {
        return context.promptLoss(sequence);
    }

    @Override
    public int length(SequenceId sequence) {
        return context.length(sequence);
    }

    @Override
    public int generated(SequenceId sequence) {
        return context.generated(sequence);
    }

    @Override
    public void rewind(SequenceId sequence, int generated) {
        context.rewind(sequence, generated);
    }

    @Override
    public void release(SequenceId sequence) {
        context.release(sequence);
    }

    @Override
    public int freeTokens() {
        return context.freeTokens();
    }

    @Override
    public int trainedTokens() {
        return context.trainedTokens();
    }

    @Override
    public int freeTokens(SequenceId sequence) {
        return context.freeTokens(sequence);
    }

    @Override
    public int freeSequences() {
        return context.freeSequences();
    }

    @Override
    public void close() {
        context.close();
    }
}
