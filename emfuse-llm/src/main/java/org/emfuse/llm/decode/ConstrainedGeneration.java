package org.emfuse.llm.decode;

import java.util.List;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerSums;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.Method;
import org.emfuse.llm.sampling.SamplingParams;

/**
 * A text that is one of a set of answers: all of them are scored, then one is drawn from their exact probabilities, token
 * by token. Penalties and logit bias do not apply; a temperature applies to whole answers.
 */
public final class ConstrainedGeneration implements DecodeTask {

    private final AnswerTrie answers;
    private final SamplingParams sampling;
    private final GenerationListener listener;
    private final AnswerScoring scoring;
    private final Utf8Detokenizer detokenizer = new Utf8Detokenizer();
    private byte[][] bytes = new byte[0][];

    /**
     * A constrained generation.
     *
     * @param method how a fused expert's members are combined; empty for a single expert
     */
    public ConstrainedGeneration(Prompt prompt, AnswerTrie answers, List<Method> method, SamplingParams sampling,
            GenerationListener listener) {
        this.answers = answers;
        this.sampling = sampling;
        this.listener = listener;
        this.scoring = new AnswerScoring(prompt, answers, method, this::emit, listener::failed);
    }

    private void emit(AnswerScores scores) {
        AnswerSums sums = scores.methods().isEmpty() ? scores.experts().getFirst() : scores.methods().getFirst();
        boolean greedy = sampling.temperature() == 0;
        int answer = greedy
                ? sums.choice()
                : answers.draw(sums.probabilities(sampling.temperature()),
                        RandomStreams.of(sampling.seed(), "sampling"));
        double energy = -Math.log(sums.probabilities(greedy ? 1 : sampling.temperature())[answer]);
        int[] tokens = answers.tokens(answer);
        for (int k = 0; k < tokens.length; k++) {
            // The energy of the whole answer goes with its first token; the rest follows from it.
            listener.step(new Step(tokens[k], k == 0 ? energy : 0, detokenizer.add(bytes[tokens[k]]), null, List.of()));
        }
        listener.finished(FinishReason.END, detokenizer.end());
    }

    @Override
    public int tokensNeeded(ExpertContext context) {
        return scoring.tokensNeeded(context);
    }

    @Override
    public int tokensRequired(ExpertContext context) {
        return scoring.tokensRequired(context);
    }

    @Override
    public int sequencesWanted() {
        return scoring.sequencesWanted();
    }

    @Override
    public void start(ExpertContext context, int sequences) {
        bytes = new byte[context.vocabulary().size()][];
        for (int choice = 0; choice < answers.size(); choice++) {
            for (int token : answers.tokens(choice)) {
                bytes[token] = context.vocabulary().bytes(token);
            }
        }
        scoring.start(context, sequences);
    }

    @Override
    public boolean owns(Row row) {
        return scoring.owns(row);
    }

    @Override
    public void ready(ExpertContext context, Row row) {
        scoring.ready(context, row);
    }

    @Override
    public void turnEnded(ExpertContext context) {
        scoring.turnEnded(context);
    }

    @Override
    public boolean done() {
        return scoring.done();
    }

    @Override
    public void abort(ExpertContext context, RuntimeException reason) {
        scoring.abort(context, reason);
    }
}
