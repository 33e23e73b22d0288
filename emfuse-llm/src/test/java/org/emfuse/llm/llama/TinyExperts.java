package org.emfuse.llm.llama;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

import org.emfuse.llm.ExpertSource;
import org.emfuse.llm.gguf.TinyModels;
import org.jspecify.annotations.Nullable;

/** Experts on one tiny model: {@link #BASE} is the model itself, every other name an adapter that the name decides. */
public final class TinyExperts implements ExpertSource {

    /** The name of the model without an adapter. */
    public static final String BASE = "base";

    private final LlamaModel model;
    private final Path folder;
    private final Deque<LlamaExpert> open = new ArrayDeque<>();

    /** Experts on an engine, with files in a folder that the caller deletes. */
    public TinyExperts(LlamaEngine engine, Path folder) {
        this(engine, folder, TinyModels.of(1));
    }

    /** Experts on a model of another recipe. */
    public TinyExperts(LlamaEngine engine, Path folder, TinyModels recipe) {
        this.folder = folder;
        this.model = LlamaModel.load(engine, recipe.write(folder.resolve("tiny-" + recipe.hashCode() + ".gguf")));
    }

    /** The model that they share. */
    public LlamaModel model() {
        return model;
    }

    /** An expert with the given adapter, closed with this source. */
    LlamaExpert withAdapter(String name, Path adapter) {
        LlamaExpert expert = new LlamaExpert(name, model, adapter, 1, null);
        open.push(expert);
        return expert;
    }

    @Override
    public LlamaExpert expert(String name, double temperature, @Nullable String system) {
        Path adapter = name.equals(BASE)
                ? null
                : TinyModels.writeAdapter(folder.resolve(name + ".gguf"), name.hashCode(), 1);
        LlamaExpert expert = new LlamaExpert(name, model, adapter, temperature, system);
        open.push(expert);
        return expert;
    }

    @Override
    public LlamaExpert expert(String name) {
        return expert(name, 1, null);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        model.close();
    }
}
