package org.emfuse.llm.llama;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import org.emfuse.llm.Vocabulary;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.llama.ffi.LlamaLibrary;
import org.emfuse.record.Sha256;

/** The vocabulary of a GGUF model, read once; usable also after the model is closed, except for {@link #tokenize}. */
final class LlamaVocabulary implements Vocabulary {

    /** What a tokenizer is asked so that two of them can be told apart by behaviour (spec 03 §1). */
    private static final String[] PROBES = {"Hello, world!", "你好，世界", "0123456789 3.14159 1,000,000", "😀🏳️‍🌈",
        "def f(x):\n\treturn x  # tab", "  two leading, two trailing  ", "a    b", "line\nbreak\r\n\n\n",
        "\uFFFD\u0000x",
        "ﬁ ＡＢＣ é e\u0301", "<s></s><|im_start|><|im_end|><|endoftext|>"};

    private final LlamaModel model;
    private final LlamaLibrary library;
    private final MemorySegment handle;
    private final byte[][] bytes;
    private final String[] labels;
    private final boolean[] ends;
    private final int endOfTurn;
    private final Map<String, String> traits;
    private final String fingerprint;

    LlamaVocabulary(LlamaModel model, LlamaLibrary library, MemorySegment handle, GgufFile file,
            ChatTemplate template) {
        this.model = model;
        this.library = library;
        this.handle = handle;
        int size = library.vocabularySize(handle);
        bytes = new byte[size][];
        labels = new String[size];
        ends = new boolean[size];
        MessageDigest digest = Sha256.digest();
        for (int token = 0; token < size; token++) {
            bytes[token] = library.piece(handle, token, false);
            byte[] label = bytes[token].length > 0 ? bytes[token] : library.piece(handle, token, true);
            labels[token] = new String(label, StandardCharsets.UTF_8);
            ends[token] = library.isEnd(handle, token);
            digest.update(label);
            digest.update((byte) (library.isControl(handle, token) ? 1 : 0));
            digest.update((byte) 0xFF);
        }
        endOfTurn = endOfTurn(template);
        traits = traits(file);
        digest.update(traits.toString().getBytes(StandardCharsets.UTF_8));
        fingerprint = Sha256.hex(digest);
    }

    /**
     * The end token that the template writes after an answer. The engine's own idea of it is any end token of a list of
     * known names, in the order of a hash table.
     */
    private int endOfTurn(ChatTemplate template) {
        for (int token : library.tokenize(handle, template.afterAnswer(), true)) {
            if (ends[token]) {
                return token;
            }
        }
        int turn = library.endOfTurn(handle);
        return turn >= 0 ? turn : library.endOfSequence(handle);
    }

    private Map<String, String> traits(GgufFile file) {
        Map<String, String> found = new TreeMap<>();
        file.metadata().forEach((key, value) -> {
            boolean ofTokens = key.endsWith(".tokens") || key.endsWith(".token_type") || key.endsWith(".scores");
            if (key.startsWith("tokenizer.") && !key.contains("chat_template") && !ofTokens) {
                found.put(key, value.toString());
            }
        });
        found.put("begin-of-sequence", library.addsBegin(handle) ? "token " + begin() : "not added");
        MessageDigest digest = Sha256.digest();
        for (String probe : PROBES) {
            digest.update(Arrays.toString(library.tokenize(handle, probe, false)).getBytes(StandardCharsets.UTF_8));
            digest.update(Arrays.toString(library.tokenize(handle, probe, true)).getBytes(StandardCharsets.UTF_8));
        }
        found.put("probe texts", Sha256.hex(digest));
        return found;
    }

    /** The begin-of-sequence token, -1 if there is none. */
    int begin() {
        return library.beginOfSequence(handle);
    }

    /** Whether a prompt starts with the begin-of-sequence token. */
    boolean addsBegin() {
        return library.addsBegin(handle);
    }

    /** Tokens of a text in which special tokens are recognised: the pieces of a chat template. */
    int[] tokenizeTemplate(String text) {
        model.requireOpen();
        return library.tokenize(handle, text, true);
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public byte[] bytes(int token) {
        return bytes[token].clone();
    }

    @Override
    public String label(int token) {
        return labels[token];
    }

    @Override
    public boolean isEnd(int token) {
        return ends[token];
    }

    @Override
    public int endOfTurn() {
        return endOfTurn;
    }

    @Override
    public int[] tokenize(String text) {
        model.requireOpen();
        return library.tokenize(handle, text, false);
    }

    @Override
    public Map<String, String> traits() {
        return Map.copyOf(traits);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return labels.length + " tokens, " + fingerprint.substring(0, 12);
    }
}
