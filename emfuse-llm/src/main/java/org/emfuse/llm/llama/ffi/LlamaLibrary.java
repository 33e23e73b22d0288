package org.emfuse.llm.llama.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * One loaded llama.cpp library: a small method for every foreign function that is used. Symbols are resolved by name, with
 * alternatives where they were renamed. Parameter structs travel by value in an over-sized layout, filled by the
 * library's own defaults; see {@link ParameterLayout} for the few fields that are written.
 *
 * <p>Nothing here checks its arguments: wrong ones end the process. {@code org.emfuse.llm.llama} validates first.
 */
@SuppressWarnings("restricted")
public final class LlamaLibrary {

    /** Larger than any known parameter struct; the callee reads what it knows. */
    private static final MemoryLayout PARAMETERS = MemoryLayout
            .structLayout(MemoryLayout.sequenceLayout(64, JAVA_LONG));

    /** Tokens that a library evaluates in one piece at most. */
    public static final int LARGEST_BATCH = 512;

    private static final int FLASH_ATTENTION_OFF = 0;

    private static final Linker LINKER = Linker.nativeLinker();

    private final Path path;
    private final SymbolLookup symbols;
    private final boolean memoryHandle;
    private final MethodHandle modelDefaults;
    private final MethodHandle modelLoad;
    private final MethodHandle modelFree;
    private final MethodHandle modelVocabulary;
    private final MethodHandle modelTemplate;
    private final MethodHandle modelTrainedContext;
    private final MethodHandle modelDescription;
    private final MethodHandle contextDefaults;
    private final MethodHandle contextNew;
    private final MethodHandle contextFree;
    private final MethodHandle contextTokens;
    private final MethodHandle setThreads;
    private final MethodHandle decode;
    private final MethodHandle logits;
    private final @Nullable MethodHandle memory;
    private final MethodHandle memoryRemove;
    private final MethodHandle memoryClear;
    private final MethodHandle memoryCopy;
    private final @Nullable MethodHandle memoryDefragment;
    private final @Nullable MethodHandle memoryUpdate;
    private final MethodHandle adapterLoad;
    private final MethodHandle adapterFree;
    private final @Nullable MethodHandle adapterSetOne;
    private final @Nullable MethodHandle adapterSetMany;
    private final MethodHandle vocabularySize;
    private final MethodHandle tokenize;
    private final MethodHandle piece;
    private final MethodHandle isEnd;
    private final MethodHandle isControl;
    private final MethodHandle endOfTurn;
    private final MethodHandle endOfSequence;
    private final MethodHandle beginOfSequence;
    private final MethodHandle addsBegin;
    private final MethodHandle chatApply;
    private final MethodHandle systemInfo;
    private final MethodHandle gpuOffload;
    private final ParameterLayout layout;
    private final boolean concurrent;
    private final ReentrantLock turns = new ReentrantLock();

    /**
     * Loads a library and the back ends beside it. Both stay loaded until the process ends.
     *
     * @param path a file that exports llama.cpp's C interface
     * @param ggml the {@code libggml} beside it that loads back ends, null where they are linked in
     * @throws LlamaException if the file cannot be loaded or lacks a function; the message names it
     */
    public LlamaLibrary(Path path, @Nullable Path ggml) {
        this.path = path;
        this.symbols = open(path);
        try {
            voidHandle("llama_log_set", ADDRESS, ADDRESS).invokeExact(NativeLog.stub(), MemorySegment.NULL);
            if (ggml != null) {
                loadBackends(ggml);
            }
            voidHandle("llama_backend_init").invokeExact();
        } catch (LlamaException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
        memoryHandle = symbols.find("llama_get_memory").isPresent();
        String kv = memoryHandle ? "llama_memory_" : "llama_kv_self_";
        memory = memoryHandle ? handle("llama_get_memory", ADDRESS, ADDRESS) : null;
        memoryClear = memoryHandle
                ? voidHandle("llama_memory_clear", ADDRESS, JAVA_BOOLEAN)
                : voidHandle("llama_kv_self_clear", ADDRESS);
        memoryRemove = handle(kv + "seq_rm", JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
        memoryCopy = voidHandle(kv + "seq_cp", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        memoryDefragment = memoryHandle ? null : voidHandle("llama_kv_self_defrag", ADDRESS);
        memoryUpdate = memoryHandle ? null : voidHandle("llama_kv_self_update", ADDRESS);
        modelDefaults = handle("llama_model_default_params", PARAMETERS);
        modelLoad = handle("llama_model_load_from_file", ADDRESS, ADDRESS, PARAMETERS);
        modelFree = voidHandle("llama_model_free", ADDRESS);
        modelVocabulary = handle("llama_model_get_vocab", ADDRESS, ADDRESS);
        modelTemplate = handle("llama_model_chat_template", ADDRESS, ADDRESS, ADDRESS);
        modelTrainedContext = handle("llama_model_n_ctx_train", JAVA_INT, ADDRESS);
        modelDescription = handle("llama_model_desc", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        contextDefaults = handle("llama_context_default_params", PARAMETERS);
        contextNew = handle("llama_init_from_model", ADDRESS, ADDRESS, PARAMETERS);
        contextFree = voidHandle("llama_free", ADDRESS);
        contextTokens = handle("llama_n_ctx", JAVA_INT, ADDRESS);
        setThreads = voidHandle("llama_set_n_threads", ADDRESS, JAVA_INT, JAVA_INT);
        decode = handle("llama_decode", JAVA_INT, ADDRESS, NativeBatch.LAYOUT);
        logits = handle("llama_get_logits_ith", ADDRESS, ADDRESS, JAVA_INT);
        adapterLoad = handle("llama_adapter_lora_init", ADDRESS, ADDRESS, ADDRESS);
        adapterFree = voidHandle("llama_adapter_lora_free", ADDRESS);
        adapterSetMany = optional("llama_set_adapters_lora", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
        adapterSetOne = adapterSetMany != null
                ? null
                : handle("llama_set_adapter_lora", JAVA_INT, ADDRESS, ADDRESS, JAVA_FLOAT);
        vocabularySize = handle("llama_vocab_n_tokens", JAVA_INT, ADDRESS);
        tokenize = handle("llama_tokenize", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_BOOLEAN,
                JAVA_BOOLEAN);
        piece = handle("llama_token_to_piece", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_BOOLEAN);
        isEnd = handle("llama_vocab_is_eog", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
        isControl = handle("llama_vocab_is_control", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
        endOfTurn = handle("llama_vocab_eot", JAVA_INT, ADDRESS);
        endOfSequence = handle("llama_vocab_eos", JAVA_INT, ADDRESS);
        beginOfSequence = handle("llama_vocab_bos", JAVA_INT, ADDRESS);
        addsBegin = handle("llama_vocab_get_add_bos", JAVA_BOOLEAN, ADDRESS);
        chatApply = handle("llama_chat_apply_template", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_BOOLEAN, ADDRESS,
                JAVA_INT);
        systemInfo = handle("llama_print_system_info", ADDRESS);
        concurrent = symbols.find("llama_n_ctx_seq").isPresent();
        gpuOffload = handle("llama_supports_gpu_offload", JAVA_BOOLEAN);
        try (Arena arena = Arena.ofConfined()) {
            layout = ParameterLayout.read(path, (MemorySegment) modelDefaults.invokeExact((SegmentAllocator) arena),
                    (MemorySegment) contextDefaults.invokeExact((SegmentAllocator) arena));
        } catch (LlamaException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static SymbolLookup open(Path path) {
        try {
            return SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new LlamaException("the engine library " + path + " could not be loaded: " + e.getMessage()
                    + "\n  It may need another C library or processor; on Debian, libgomp1 is needed. Use --engine embedded"
                    + " or name another build.", e);
        }
    }

    private static void loadBackends(Path ggml) throws Throwable {
        MethodHandle load = LINKER.downcallHandle(
                open(ggml).find("ggml_backend_load_all_from_path")
                        .orElseThrow(() -> new LlamaException("the library " + ggml + " cannot load back ends", null)),
                FunctionDescriptor.ofVoid(ADDRESS));
        Path folder = ggml.toAbsolutePath().getParent();
        try (Arena arena = Arena.ofConfined()) {
            load.invokeExact(arena.allocateFrom(String.valueOf(folder)));
        }
    }

    private @Nullable MethodHandle optional(String name, MemoryLayout result, MemoryLayout... arguments) {
        Optional<MemorySegment> symbol = symbols.find(name);
        return symbol.isEmpty()
                ? null
                : LINKER.downcallHandle(symbol.get(), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(result, arguments));
    }

    private MethodHandle voidHandle(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name).orElseThrow(() -> new LlamaException("the engine library " + path
                + " does not export " + name + "; it is not llama.cpp, or a build that this version does not know",
                null));
    }

    /** The file that was loaded. */
    public Path path() {
        return path;
    }

    /** The last errors that any engine logged since the last load, for messages. */
    public String recentLog() {
        return NativeLog.recent();
    }

    /** Instruction sets and back ends in use, as the library prints them. */
    public String systemInfo() {
        try {
            return string((MemorySegment) systemInfo.invokeExact());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** llama.cpp's version where the library tells it. */
    public Optional<String> version() {
        MethodHandle version = optional("llama_version", ADDRESS);
        try {
            return version == null ? Optional.empty() : Optional.of(string((MemorySegment) version.invokeExact()));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Sequences that one context can hold, 64 in builds that do not tell. */
    public int maxSequences() {
        MethodHandle max = optional("llama_max_parallel_sequences", JAVA_LONG);
        try {
            return max == null ? 64 : Math.toIntExact((long) max.invokeExact());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether a back end can hold layers on a GPU. */
    public boolean supportsGpu() {
        try {
            return (boolean) gpuOffload.invokeExact();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether sequences can share cells of one memory, so that a fork copies nothing. */
    public boolean sharesCells() {
        return !memoryHandle || layout.kvUnifiedOffset() >= 0;
    }

    /** Whether a batch must lie in one stretch of free cells, as in older builds. */
    public boolean needsStretches() {
        return memoryDefragment != null;
    }

    /** Loads a model, with {@code gpuLayers} layers on the GPU; NULL where it fails. */
    public MemorySegment loadModel(Path file, int gpuLayers) {
        NativeLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = (MemorySegment) modelDefaults.invokeExact((SegmentAllocator) arena);
            if (layout.gpuLayersOffset() >= 0) {
                parameters.set(JAVA_INT, layout.gpuLayersOffset(), gpuLayers);
            }
            return (MemorySegment) modelLoad.invokeExact(arena.allocateFrom(file.toString()), parameters);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Frees a model; no context of it may be left. */
    public void freeModel(MemorySegment model) {
        try {
            modelFree.invokeExact(model);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The vocabulary of a model; lives as long as the model. */
    public MemorySegment vocabulary(MemorySegment model) {
        try {
            return (MemorySegment) modelVocabulary.invokeExact(model);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The chat template stored with the model, if any. */
    public Optional<String> chatTemplate(MemorySegment model) {
        try {
            MemorySegment text = (MemorySegment) modelTemplate.invokeExact(model, MemorySegment.NULL);
            return text.address() == 0 ? Optional.empty() : Optional.of(string(text));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Tokens of context that the model was trained for. */
    public int trainedContext(MemorySegment model) {
        try {
            return (int) modelTrainedContext.invokeExact(model);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Architecture, size and quantisation in words. */
    public String modelDescription(MemorySegment model) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(256);
            int length = (int) modelDescription.invokeExact(model, buffer, 256L);
            return length < 0 ? "" : buffer.getString(0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * A new context; NULL where it fails.
     *
     * @param tokens room in all, of all sequences together if cells are shared
     */
    public MemorySegment newContext(MemorySegment model, int tokens, int batch, int sequences, int threads) {
        NativeLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = (MemorySegment) contextDefaults.invokeExact((SegmentAllocator) arena);
            parameters.set(JAVA_INT, ParameterLayout.N_CTX, tokens);
            // Newer builds keep an output row for every sequence and abort where a batch has fewer tokens than that.
            parameters.set(JAVA_INT, ParameterLayout.N_BATCH, Math.max(batch, sequences));
            parameters.set(JAVA_INT, ParameterLayout.N_UBATCH, Math.min(batch, LARGEST_BATCH));
            parameters.set(JAVA_INT, ParameterLayout.N_SEQ_MAX, sequences);
            if (layout.kvUnifiedOffset() >= 0) {
                parameters.set(JAVA_BYTE, layout.kvUnifiedOffset(), (byte) 1);
            }
            if (layout.flashAttentionOffset() >= 0 && !supportsGpu()) {
                // On a processor it is no faster, and makes a row's energies depend on what shares its batches.
                parameters.set(JAVA_INT, layout.flashAttentionOffset(), FLASH_ATTENTION_OFF);
            }
            MemorySegment context = (MemorySegment) contextNew.invokeExact(model, parameters);
            if (context.address() != 0) {
                setThreads.invokeExact(context, threads, threads);
            }
            return context;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Frees a context. */
    public void freeContext(MemorySegment context) {
        try {
            contextFree.invokeExact(context);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The room that the context really has, in tokens. */
    public int contextTokens(MemorySegment context) {
        try {
            return (int) contextTokens.invokeExact(context);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The room of one sequence where the library tells it; what all have together elsewhere. */
    public int sequenceTokens(MemorySegment context) {
        MethodHandle perSequence = optional("llama_n_ctx_seq", JAVA_INT, ADDRESS);
        try {
            return perSequence == null ? contextTokens(context) : (int) perSequence.invokeExact(context);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Whether several contexts can be evaluated at once. Builds before mid-June 2025 share a counter of work between all
     * contexts (llama.cpp pull request 14035), so that prompts evaluated at once come out wrong; a function that came
     * later tells them apart.
     */
    public boolean concurrent() {
        return concurrent;
    }

    /** Evaluates a batch; 0, or a code that means failure. One at a time where {@link #concurrent} is false. */
    public int decode(MemorySegment context, NativeBatch batch) {
        if (concurrent) {
            return decodeNow(context, batch);
        }
        turns.lock();
        try {
            return decodeNow(context, batch);
        } finally {
            turns.unlock();
        }
    }

    private int decodeNow(MemorySegment context, NativeBatch batch) {
        try {
            return (int) decode.invokeExact(context, batch.struct());
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * The logits after token {@code index} of the last batch, in the engine's own memory: to be read before the next batch.
     *
     * @param tokens of the vocabulary
     */
    public MemorySegment logits(MemorySegment context, int index, int tokens) {
        try {
            MemorySegment row = (MemorySegment) logits.invokeExact(context, index);
            if (row.address() == 0) {
                throw new LlamaException("the engine has no logits for token " + index + " of the batch", null);
            }
            return row.reinterpret(4L * tokens);
        } catch (LlamaException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private MemorySegment memoryOf(MemorySegment context) throws Throwable {
        return memory == null ? context : (MemorySegment) memory.invokeExact(context);
    }

    /** Removes positions from {@code from} on of a sequence; false where the model cannot. */
    public boolean removeFrom(MemorySegment context, int sequence, int from) {
        try {
            return (boolean) memoryRemove.invokeExact(memoryOf(context), sequence, from, -1);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Makes the memory as it was when the context was new: the next tokens go to its first cells. */
    public void clear(MemorySegment context) {
        try {
            if (memoryHandle) {
                memoryClear.invokeExact(memoryOf(context), false);
            } else {
                memoryClear.invokeExact(context);
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Gives all cells of a sequence to another one too. Parts are never copied: some builds abort on it. */
    public void copySequence(MemorySegment context, int from, int to) {
        try {
            memoryCopy.invokeExact(memoryOf(context), from, to, -1, -1);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Moves used cells together, as far as the library does in one go. The cells after the used ones must hold a whole
     * batch: build 4916 then plans one there, and aborts where it does not fit.
     *
     * <p>It computes, so it takes its turn like {@link #decode}.
     *
     * @return false where {@link #needsStretches} is false
     */
    public boolean defragment(MemorySegment context) {
        if (memoryDefragment == null || memoryUpdate == null) {
            return false;
        }
        turns.lock();
        try {
            memoryDefragment.invokeExact(context);
            memoryUpdate.invokeExact(context);
            return true;
        } catch (Throwable e) {
            throw impossible(e);
        } finally {
            turns.unlock();
        }
    }

    /** Loads a LoRA adapter of a model; NULL where it fails. */
    public MemorySegment loadAdapter(MemorySegment model, Path file) {
        NativeLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            return (MemorySegment) adapterLoad.invokeExact(model, arena.allocateFrom(file.toString()));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Frees an adapter; no context that uses it may be left. */
    public void freeAdapter(MemorySegment adapter) {
        try {
            adapterFree.invokeExact(adapter);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Makes a context use an adapter at the given scale; 0, or a code that means failure. */
    public int setAdapter(MemorySegment context, MemorySegment adapter, float scale) {
        try (Arena arena = Arena.ofConfined()) {
            if (adapterSetMany != null) {
                return (int) adapterSetMany.invokeExact(context, arena.allocateFrom(ADDRESS, adapter), 1L,
                        arena.allocateFrom(JAVA_FLOAT, scale));
            }
            return (int) Objects.requireNonNull(adapterSetOne).invokeExact(context, adapter, scale);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Real tokens of a vocabulary. */
    public int vocabularySize(MemorySegment vocabulary) {
        return vocabularyInt(vocabularySize, vocabulary);
    }

    /** The end-of-turn token, -1 if the vocabulary has none. */
    public int endOfTurn(MemorySegment vocabulary) {
        return vocabularyInt(endOfTurn, vocabulary);
    }

    /** The end-of-sequence token, -1 if the vocabulary has none. */
    public int endOfSequence(MemorySegment vocabulary) {
        return vocabularyInt(endOfSequence, vocabulary);
    }

    /** The begin-of-sequence token, -1 if the vocabulary has none. */
    public int beginOfSequence(MemorySegment vocabulary) {
        return vocabularyInt(beginOfSequence, vocabulary);
    }

    private static int vocabularyInt(MethodHandle handle, MemorySegment vocabulary) {
        try {
            return (int) handle.invokeExact(vocabulary);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether texts of this vocabulary start with the begin-of-sequence token. */
    public boolean addsBegin(MemorySegment vocabulary) {
        try {
            return (boolean) addsBegin.invokeExact(vocabulary);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether the token ends a generation. */
    public boolean isEnd(MemorySegment vocabulary, int token) {
        try {
            return (boolean) isEnd.invokeExact(vocabulary, token);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether the token is a control token. */
    public boolean isControl(MemorySegment vocabulary, int token) {
        try {
            return (boolean) isControl.invokeExact(vocabulary, token);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** The bytes of a token; those of control tokens only with {@code special}. */
    public byte[] piece(MemorySegment vocabulary, int token, boolean special) {
        try (Arena arena = Arena.ofConfined()) {
            int capacity = 64;
            while (true) {
                MemorySegment buffer = arena.allocate(capacity);
                int length = (int) piece.invokeExact(vocabulary, token, buffer, capacity, 0, special);
                if (length >= 0) {
                    return buffer.asSlice(0, length).toArray(JAVA_BYTE);
                }
                capacity = -length;
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Tokens of a text, without begin and end tokens; special tokens that it spells only with {@code special}. */
    public int[] tokenize(MemorySegment vocabulary, String text, boolean special) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            return new int[0];
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment utf8 = arena.allocateFrom(JAVA_BYTE, bytes);
            int needed = -(int) tokenize.invokeExact(vocabulary, utf8, bytes.length, MemorySegment.NULL, 0, false,
                    special);
            MemorySegment tokens = arena.allocate(JAVA_INT, Math.max(1, needed));
            int count = (int) tokenize.invokeExact(vocabulary, utf8, bytes.length, tokens, needed, false, special);
            return tokens.asSlice(0, 4L * Math.max(0, count)).toArray(JAVA_INT);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Renders a conversation, with a cue for the assistant.
     *
     * @param template the template's text, or a name that the library knows
     * @return empty where the library does not know the template
     */
    public Optional<String> applyTemplate(String template, String[] roles, String[] contents) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment messages = arena.allocate(ADDRESS, 2L * roles.length);
            for (int i = 0; i < roles.length; i++) {
                messages.setAtIndex(ADDRESS, 2L * i, arena.allocateFrom(roles[i]));
                messages.setAtIndex(ADDRESS, 2L * i + 1, arena.allocateFrom(contents[i]));
            }
            MemorySegment name = arena.allocateFrom(template);
            int length = (int) chatApply.invokeExact(name, messages, (long) roles.length, true, MemorySegment.NULL, 0);
            if (length < 0) {
                return Optional.empty();
            }
            MemorySegment buffer = arena.allocate(length + 1L);
            int written = (int) chatApply.invokeExact(name, messages, (long) roles.length, true, buffer, length + 1);
            return Optional.of(
                    new String(buffer.asSlice(0, Math.min(written, length)).toArray(JAVA_BYTE),
                            StandardCharsets.UTF_8));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static String string(MemorySegment text) {
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** A downcall itself throws nothing but what a wrong signature here would cause. */
    private static Error impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new AssertionError("a call into llama.cpp failed in Java", e);
    }
}
