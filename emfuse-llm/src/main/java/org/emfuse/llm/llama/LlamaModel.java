package org.emfuse.llm.llama;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.emfuse.llm.Prompt;
import org.emfuse.llm.Vocabulary;
import org.emfuse.llm.gguf.AdapterFit;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.llama.ffi.LlamaLibrary;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a GGUF model, mapped into memory; immutable and shared by the experts made from it. Counts its open
 * contexts and adapters: closing it under them is an {@link IllegalStateException}.
 */
public final class LlamaModel implements AutoCloseable {

    private final LlamaEngine engine;
    private final Path path;
    private final GgufFile file;
    private final MemorySegment handle;
    private final LlamaVocabulary vocabulary;
    private final ChatTemplate template;
    private final AtomicInteger users = new AtomicInteger();
    private volatile boolean closed;

    private LlamaModel(LlamaEngine engine, Path path, GgufFile file, MemorySegment handle) {
        this.engine = engine;
        this.path = path;
        this.file = file;
        this.handle = handle;
        LlamaLibrary library = engine.library();
        template = ChatTemplate.of(library, library.chatTemplate(handle).orElse(null));
        vocabulary = new LlamaVocabulary(this, library, library.vocabulary(handle), file, template);
    }

    /**
     * Loads a model. All layers go to the GPU where the engine has one.
     *
     * @param path a GGUF file; its header is checked in Java first
     * @throws IllegalArgumentException if the file is damaged, not GGUF, or not a model
     * @throws LlamaException if the engine refuses it; the message has the engine's last words
     */
    public static LlamaModel load(LlamaEngine engine, Path path) {
        return load(engine, path, engine.supportsGpu() ? 999 : 0);
    }

    /** As {@link #load(LlamaEngine, Path)}, with the given number of layers on the GPU. */
    public static LlamaModel load(LlamaEngine engine, Path path, int gpuLayers) {
        GgufFile file = GgufFile.read(path);
        file.requireModel();
        LlamaLibrary library = engine.library();
        MemorySegment handle = library.loadModel(path, gpuLayers);
        if (handle.address() == 0) {
            throw new LlamaException("the engine (llama.cpp " + engine.version() + ") could not load the model " + path
                    + ":\n  " + library.recentLog(), null);
        }
        return new LlamaModel(engine, path, file, handle);
    }

    /** The engine that holds the weights. */
    public LlamaEngine engine() {
        return engine;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** The tokens. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Tokens of context that the model was trained for. */
    public int trainedContext() {
        requireOpen();
        return engine.library().trainedContext(handle);
    }

    /** Architecture, size, quantisation and chat template in one line. */
    public String description() {
        requireOpen();
        return engine.library().modelDescription(handle) + ", chat template: " + template.description();
    }

    /**
     * The tokens of a prompt as this model reads it.
     *
     * @param system system text that goes first where the prompt has none; null for none
     */
    int[] render(Prompt prompt, @Nullable String system) {
        requireOpen();
        IntStream.Builder tokens = IntStream.builder();
        if (vocabulary.addsBegin()) {
            tokens.add(vocabulary.begin());
        }
        switch (prompt) {
            case Prompt.Raw raw -> addAll(tokens, vocabulary.tokenize(raw.text()));
            case Prompt.Chat chat -> {
                for (ChatTemplate.Piece piece : template.render(chat, system)) {
                    addAll(tokens, piece.content()
                            ? vocabulary.tokenize(piece.text())
                            : vocabulary.tokenizeTemplate(piece.text()));
                }
            }
        }
        int[] rendered = tokens.build().toArray();
        boolean twice = rendered.length > 1 && vocabulary.addsBegin() && rendered[0] == rendered[1];
        return twice ? Arrays.copyOfRange(rendered, 1, rendered.length) : rendered;
    }

    private static void addAll(IntStream.Builder tokens, int[] more) {
        for (int token : more) {
            tokens.add(token);
        }
    }

    /** Loads a LoRA adapter of this model after checking in Java that its tensors fit. */
    MemorySegment loadAdapter(Path adapter) {
        requireOpen();
        AdapterFit.require(file, GgufFile.read(adapter));
        LlamaLibrary library = engine.library();
        MemorySegment loaded = library.loadAdapter(handle, adapter);
        if (loaded.address() == 0) {
            throw new LlamaException("the engine (llama.cpp " + engine.version() + ") could not load the adapter "
                    + adapter + " on " + path.getFileName() + ":\n  " + library.recentLog(), null);
        }
        users.incrementAndGet();
        return loaded;
    }

    void freeAdapter(MemorySegment adapter) {
        engine.library().freeAdapter(adapter);
        users.decrementAndGet();
    }

    MemorySegment openContext(int tokens, int batch, int sequences, int threads) {
        requireOpen();
        MemorySegment context = engine.library().newContext(handle, tokens, batch, sequences, threads);
        if (context.address() != 0) {
            users.incrementAndGet();
        }
        return context;
    }

    void freeContext(MemorySegment context) {
        engine.library().freeContext(context);
        users.decrementAndGet();
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the model " + path.getFileName() + " was closed");
        }
    }

    /**
     * Unmaps the weights. Idempotent.
     *
     * @throws IllegalStateException if contexts or experts of this model are still open
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (users.get() > 0) {
            throw new IllegalStateException("the model " + path.getFileName() + " still has " + users.get()
                    + " open contexts or adapters; close them first");
        }
        closed = true;
        engine.library().freeModel(handle);
    }
}
