package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.llm.Explanation;
import org.emfuse.llm.decode.FinishReason;
import org.emfuse.llm.decode.GenerationListener;
import org.emfuse.llm.decode.Step;

/** An answer on its way to a terminal or stream: each piece in the colour of the expert that drove it. */
final class ChatAnswer implements GenerationListener {

    private final List<Step> steps = new ArrayList<>();
    private final Consumer<String> out;
    private final boolean terminal;
    private final boolean colours;
    private final BooleanSupplier stop;

    /**
     * An answer.
     *
     * @param out receives its text
     * @param terminal whether that is a terminal, which would obey control characters
     * @param stop whether the user has enough of it
     */
    ChatAnswer(Consumer<String> out, boolean terminal, boolean colours, BooleanSupplier stop) {
        this.out = out;
        this.terminal = terminal;
        this.colours = colours;
        this.stop = stop;
    }

    @Override
    public void step(Step step) {
        steps.add(step);
        show(step.text(), driver(step));
    }

    private void show(String text, int driver) {
        if (!text.isEmpty()) {
            String shown = terminal ? Controls.pictured(text) : text;
            out.accept(colours ? Colours.of(driver, shown) : shown);
        }
    }

    /** The expert that drove a token, -1 for none in particular. */
    static int driver(Step step) {
        Explanation explanation = step.explanation();
        return explanation == null ? -1 : explanation.driver();
    }

    @Override
    public void finished(FinishReason reason, String rest) {
        show(rest, steps.isEmpty() ? -1 : driver(steps.getLast()));
    }

    @Override
    public void failed(RuntimeException reason) {
        // the conversation throws it
    }

    @Override
    public boolean cancelled() {
        return stop.getAsBoolean();
    }

    /** Its tokens. */
    List<Step> steps() {
        return steps;
    }
}
