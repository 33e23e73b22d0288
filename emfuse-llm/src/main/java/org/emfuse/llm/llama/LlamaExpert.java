package org.emfuse.llm.llama;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Vocabulary;
import org.jspecify.annotations.Nullable;

/**
 * An expert that llama.cpp evaluates: a model, or an adapter on a model that other experts share. Closing it leaves the
 * model open.
 */
public final class LlamaExpert implements Expert {

    private final String name;
    private final LlamaModel model;
    private final @Nullable MemorySegment adapter;
    private final double temperature;
    private final @Nullable String system;
    private final AtomicInteger contexts = new AtomicInteger();
    private boolean closed;

    /**
     * An expert.
     *
     * @param name in results and messages
     * @param model the weights; the caller closes them after the expert
     * @param adapter a LoRA adapter in GGUF, null for the model alone
     * @param temperature τ of {@code E = -logsoftmax(z/τ)}, positive
     * @param system system text of conversations that have none, null for none
     * @throws IllegalArgumentException if the adapter does not fit the model or the temperature is not positive
     */
    public LlamaExpert(String name, LlamaModel model, @Nullable Path adapter, double temperature,
            @Nullable String system) {
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "expected a positive temperature for expert " + name + ", found " + temperature);
        }
        this.name = name;
        this.model = model;
        this.temperature = temperature;
        this.system = system;
        this.adapter = adapter == null ? null : model.loadAdapter(adapter);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Vocabulary vocabulary() {
        return model.vocabulary();
    }

    @Override
    public int promptTokens(Prompt prompt) {
        requireOpen();
        return model.render(prompt, system).length;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the expert " + name + " was closed");
        }
    }

    LlamaModel model() {
        return model;
    }

    @Nullable
    MemorySegment adapter() {
        return adapter;
    }

    double temperature() {
        return temperature;
    }

    @Nullable
    String system() {
        return system;
    }

    @Override
    public boolean concurrent() {
        return model.engine().library().concurrent();
    }

    @Override
    public ExpertContext open(ContextSize size) {
        requireOpen();
        int most = model.engine().maxSequences();
        if (size.sequences() > most) {
            throw new IllegalArgumentException("expert " + name + ": the engine holds at most " + most
                    + " sequences in a context, asked for " + size.sequences());
        }
        LlamaContext context = new LlamaContext(this, size);
        contexts.incrementAndGet();
        return context;
    }

    /** A context of this expert was closed. */
    void contextClosed() {
        contexts.decrementAndGet();
    }

    /**
     * Frees the adapter. Idempotent.
     *
     * @throws IllegalStateException if contexts of this expert are still open: they would read freed memory
     */
    @Override
    public void close() {
        if (!closed) {
            if (contexts.get() > 0) {
                throw new IllegalStateException("the expert " + name + " still has " + contexts.get()
                        + " open contexts; close them first");
            }
            closed = true;
            if (adapter != null) {
                model.freeAdapter(adapter);
            }
        }
    }
}
