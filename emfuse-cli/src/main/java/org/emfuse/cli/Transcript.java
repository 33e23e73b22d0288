package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.decode.Decoder;
import org.emfuse.llm.decode.FinishReason;
import org.emfuse.llm.decode.Generation;
import org.emfuse.llm.decode.GenerationListener;
import org.emfuse.llm.decode.GenerationRequest;
import org.emfuse.llm.decode.DecodeTask;
import org.emfuse.llm.decode.Step;
import org.jspecify.annotations.Nullable;

/** A generation as it was: its steps, its text, and why it ended. */
final class Transcript implements GenerationListener {

    private final List<Step> steps = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Consumer<String> stream;
    private @Nullable FinishReason reason;
    private @Nullable RuntimeException failure;

    /** A transcript that nobody reads along. */
    Transcript() {
        this(piece -> {});
    }

    /** A transcript whose text also goes to a stream, as it becomes ready. */
    Transcript(Consumer<String> stream) {
        this.stream = stream;
    }

    /** Generates in the decode loop. */
    void run(ExpertContext context, GenerationRequest request) {
        run(context, new Generation(request, this));
    }

    /**
     * Runs a task that reports here.
     *
     * @throws RuntimeException what the generation failed with
     */
    void run(ExpertContext context, DecodeTask task) {
        Decoder decoder = new Decoder(context, 1);
        decoder.submit(task);
        decoder.run();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void step(Step step) {
        steps.add(step);
        add(step.text());
    }

    private void add(String piece) {
        text.append(piece);
        if (!piece.isEmpty()) {
            stream.accept(piece);
        }
    }

    @Override
    public void finished(FinishReason why, String rest) {
        reason = why;
        add(rest);
    }

    @Override
    public void failed(RuntimeException why) {
        failure = why;
    }

    /** The tokens, in order. */
    List<Step> steps() {
        return steps;
    }

    /** The whole text. */
    String text() {
        return text.toString();
    }

    /** Why it ended. */
    String finish() {
        return reason == null ? "none" : reason.name().toLowerCase(Locale.ROOT);
    }
}
