package org.emfuse.llm.decode;

import java.util.List;
import java.util.random.RandomGenerator;

import org.emfuse.llm.Explanation;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.sampling.Sampler;
import org.emfuse.llm.sampling.TokenHistory;
import org.jspecify.annotations.Nullable;

/** One text, token by token. */
public final class Generation implements DecodeTask {

    private final GenerationRequest request;
    private final GenerationListener listener;
    private final RandomGenerator rng;
    private final TokenHistory history = new TokenHistory();
    private final Sampler sampler;
    private final Utf8Detokenizer detokenizer = new Utf8Detokenizer();
    private final StopStrings stops;
    private final @Nullable KeptSequence kept;
    private @Nullable SequenceId sequence;
    private float[] row = new float[0];
    private boolean done;

    /** A generation that reports to the listener. */
    public Generation(GenerationRequest request, GenerationListener listener) {
        this(request, listener, null);
    }

    /** A generation in a sequence that stays when it ends; null for one of its own. */
    Generation(GenerationRequest request, GenerationListener listener, @Nullable KeptSequence kept) {
        this.request = request;
        this.listener = listener;
        this.kept = kept;
        this.rng = RandomStreams.of(request.sampling().seed(), "sampling");
        this.sampler = Sampler.of(request.sampling(), history);
        this.stops = new StopStrings(request.stop());
    }

    @Override
    public int tokensNeeded(ExpertContext context) {
        return context.promptTokens(request.prompt()) + request.maxTokens();
    }

    @Override
    public int tokensRequired(ExpertContext context) {
        return context.promptTokens(request.prompt()) + 1;
    }

    @Override
    public int sequencesWanted() {
        return 1;
    }

    @Override
    public void start(ExpertContext context, int sequences) {
        row = new float[context.vocabulary().size()];
        sequence = kept == null
                ? context.start(request.prompt(), Rows.LAST)
                : kept.begin(context, request.prompt());
    }

    @Override
    public boolean owns(Row ready) {
        return ready.sequence().equals(sequence);
    }

    @Override
    public void ready(ExpertContext context, Row ready) {
        context.energies(ready, row);
        float[] fused = request.explain() >= 0 ? row.clone() : row;
        int token = sampler.sample(row, rng);
        if (context.vocabulary().isEnd(token)) {
            finish(context, FinishReason.END);
            return;
        }
        // Before the token joins the history, which penalties read.
        List<Sampler.Trace> trace = request.explain() >= 0 ? sampler.trace(fused, token) : List.of();
        history.add(token);
        String text = stops.add(detokenizer.add(context.vocabulary().bytes(token)));
        listener.step(new Step(token, row[token], text, explanation(context, ready, token), trace));
        if (stops.stopped()) {
            finish(context, FinishReason.STOP);
        } else if (listener.cancelled()) {
            finish(context, FinishReason.CANCELLED);
        } else if (history.size() == request.maxTokens()) {
            finish(context, FinishReason.LENGTH);
        } else if (context.freeTokens(ready.sequence()) < 1) {
            finish(context, FinishReason.CONTEXT);
        } else {
            context.append(ready.sequence(), new int[]{token}, Rows.LAST);
        }
    }

    /** A long prompt takes many turns before the first token, and may be cancelled in each. */
    @Override
    public void turnEnded(ExpertContext context) {
        if (!done && listener.cancelled()) {
            finish(context, FinishReason.CANCELLED);
        }
    }

    private @Nullable Explanation explanation(ExpertContext context, Row ready, int token) {
        return request.explain() < 0 ? null : context.explain(ready, token, request.explain());
    }

    private void finish(ExpertContext context, FinishReason reason) {
        release(context);
        String rest = stops.stopped() ? "" : stops.add(detokenizer.end()) + stops.end();
        listener.finished(reason, rest);
    }

    private void release(ExpertContext context) {
        done = true;
        if (sequence != null && kept == null) {
            context.release(sequence);
        }
        sequence = null;
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public void abort(ExpertContext context, RuntimeException reason) {
        release(context);
        if (kept != null) {
            kept.drop(context);
        }
        listener.failed(reason);
    }
}
