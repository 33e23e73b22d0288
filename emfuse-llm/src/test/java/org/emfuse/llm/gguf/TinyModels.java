package org.emfuse.llm.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * A family of random float32 Llama models of about 130 000 weights, written as GGUF, with LoRA adapters that fit. Equal
 * recipes give equal files. In float32 an engine's batched and single evaluation agree closely, which they do not on
 * quantised weights (spec 10 §4).
 *
 * @param seed of the weights
 * @param contextLength what the file says that the model was trained for
 * @param merges of the tokenizer, in GPT-2's spelling
 * @param extraTokens control tokens at the end of the vocabulary
 * @param template chat template, null for none
 * @param beginToken whether prompts start with {@code <|endoftext|>}
 */
public record TinyModels(long seed, int contextLength, List<String> merges, List<String> extraTokens,
        @Nullable String template, boolean beginToken) {

    /** Layers. */
    public static final int LAYERS = 2;
    /** Width of the residual stream. */
    public static final int WIDTH = 64;
    /** Query heads. */
    public static final int HEADS = 4;
    /** Key and value heads. */
    public static final int KV_HEADS = 2;
    /** Width of the feed-forward part. */
    public static final int FEED_FORWARD = 128;
    /** Rank of the adapters. */
    public static final int RANK = 4;

    /** ChatML, as instruction models spell it in their files. */
    public static final String CHATML = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n'"
            + " + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static final List<String> MERGES = List.of("t h", "th e", "i n", "a n", "e r", "Ġ t", "Ġ a", "o n", "r e",
            "Ġ the", "an d", "in g", "o r", "e s", "Ġ s", "e n", "y es", "n o", "a t", "i s", "Ġ is", "u s", "er s",
            "s y", "Ġ an", "Ġan d", "o f", "Ġ of", "i t", "a r", "a s", "s t", "l e", "c h", "o u", "a l");

    private static final List<String> OTHER_MERGES = List.of("e n", "e r", "c h", "d er", "d ie", "i e", "s ch",
            "n d", "u nd", "Ġ und", "i ch", "a u", "s t", "Ġ d", "g e");

    /** A model with ChatML and a context of 2048. */
    public static TinyModels of(long seed) {
        return new TinyModels(seed, 2048, MERGES, List.of(), CHATML, false);
    }

    /** The same weights' seed with another context length. */
    public TinyModels withContextLength(int tokens) {
        return new TinyModels(seed, tokens, merges, extraTokens, template, beginToken);
    }

    /** With control tokens after the others. */
    public TinyModels withExtraTokens(String... texts) {
        return new TinyModels(seed, contextLength, merges, List.of(texts), template, beginToken);
    }

    /** With a tokenizer that splits texts differently. */
    public TinyModels withOtherVocabulary() {
        return new TinyModels(seed, contextLength, OTHER_MERGES, extraTokens, template, beginToken);
    }

    /** With another chat template, null for none. */
    public TinyModels withTemplate(@Nullable String text) {
        return new TinyModels(seed, contextLength, merges, extraTokens, text, beginToken);
    }

    /** With a begin-of-sequence token before every prompt. */
    public TinyModels withBeginToken() {
        return new TinyModels(seed, contextLength, merges, extraTokens, template, true);
    }

    private TinyVocabulary vocabulary() {
        return new TinyVocabulary(merges, extraTokens);
    }

    /** The number of tokens. */
    public int vocabularySize() {
        return vocabulary().size();
    }

    /** Writes the model. */
    public Path write(Path file) {
        GgufWriter writer = header("llama");
        SplittableRandom random = new SplittableRandom(seed);
        writer.tensor("token_embd.weight", normal(random, WIDTH * vocabularySize(), 1), WIDTH, vocabularySize());
        for (int layer = 0; layer < LAYERS; layer++) {
            for (Linear linear : linears(layer)) {
                writer.tensor(linear.name + ".weight",
                        normal(random, linear.inputs * linear.outputs, 1 / Math.sqrt(linear.inputs)),
                        linear.inputs, linear.outputs);
            }
            writer.tensor("blk." + layer + ".attn_norm.weight", ones(), WIDTH);
            writer.tensor("blk." + layer + ".ffn_norm.weight", ones(), WIDTH);
        }
        writer.tensor("output_norm.weight", ones(), WIDTH);
        // A spread of about 0.4 nats between tokens: newer engines round batches to some thousandths of it.
        writer.tensor("output.weight", normal(random, WIDTH * vocabularySize(), .05), WIDTH, vocabularySize());
        return writer.write(file);
    }

    /** The metadata of such a model, for files that are wrong in their tensors or architecture. */
    GgufWriter header(String architecture) {
        TinyVocabulary vocabulary = vocabulary();
        GgufWriter writer = new GgufWriter().string("general.architecture", architecture)
                .string("general.type", "model").string("general.name", "tiny " + seed)
                .uint32("general.file_type", 0)
                .uint32(architecture + ".block_count", LAYERS)
                .uint32(architecture + ".context_length", contextLength)
                .uint32(architecture + ".embedding_length", WIDTH)
                .uint32(architecture + ".feed_forward_length", FEED_FORWARD)
                .uint32(architecture + ".attention.head_count", HEADS)
                .uint32(architecture + ".attention.head_count_kv", KV_HEADS)
                .float32(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f)
                .uint32(architecture + ".rope.dimension_count", WIDTH / HEADS)
                .float32(architecture + ".rope.freq_base", 10000)
                .uint32(architecture + ".vocab_size", vocabulary.size())
                .string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "smollm")
                .strings("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.kinds())
                .strings("tokenizer.ggml.merges", vocabulary.merges())
                .uint32("tokenizer.ggml.bos_token_id", 0)
                .uint32("tokenizer.ggml.eos_token_id", TinyVocabulary.TURN_END_ID)
                .bool("tokenizer.ggml.add_bos_token", beginToken);
        return template == null ? writer : writer.string("tokenizer.chat_template", template);
    }

    /** One linear map, y = W x; its weight has shape [inputs, outputs], fastest first. */
    private record Linear(String name, int inputs, int outputs) {}

    private static List<Linear> linears(int layer) {
        String block = "blk." + layer + ".";
        int keys = WIDTH / HEADS * KV_HEADS;
        return List.of(new Linear(block + "attn_q", WIDTH, WIDTH), new Linear(block + "attn_k", WIDTH, keys),
                new Linear(block + "attn_v", WIDTH, keys), new Linear(block + "attn_output", WIDTH, WIDTH),
                new Linear(block + "ffn_gate", WIDTH, FEED_FORWARD), new Linear(block + "ffn_up", WIDTH, FEED_FORWARD),
                new Linear(block + "ffn_down", FEED_FORWARD, WIDTH));
    }

    /**
     * Writes a LoRA adapter on all linear maps.
     *
     * @param scale size of its effect; 0 gives an adapter without effect,1 one that changes energies by some tenths of a nat
     */
    public static Path writeAdapter(Path file, long seed, double scale) {
        return adapter("llama", "lora", RANK, seed, scale).write(file);
    }

    /** An adapter as a writer, for damaged ones; {@code rankOfB} should be {@link #RANK}. */
    static GgufWriter adapter(String architecture, String type, int rankOfB, long seed, double scale) {
        GgufWriter writer = new GgufWriter().string("general.type", "adapter").string("adapter.type", type)
                .string("general.architecture", architecture).float32("adapter.lora.alpha", RANK);
        adapterTensors(rankOfB, seed, scale)
                .forEach(tensor -> writer.tensor(tensor.name, tensor.values, tensor.columns, tensor.rows));
        return writer;
    }

    /**
     * A tensor of an adapter.
     *
     * @param values row by row
     */
    public record AdapterTensor(String name, float[] values, int columns, int rows) {}

    /** The tensors of {@link #writeAdapter}, A and B of each map in turn. */
    public static List<AdapterTensor> adapterTensors(int rankOfB, long seed, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        List<AdapterTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (Linear linear : linears(layer)) {
                tensors.add(new AdapterTensor(linear.name + ".weight.lora_a",
                        normal(random, linear.inputs * RANK, 1 / Math.sqrt(linear.inputs)), linear.inputs, RANK));
                tensors.add(new AdapterTensor(linear.name + ".weight.lora_b",
                        normal(random, rankOfB * linear.outputs, .3 * scale), rankOfB, linear.outputs));
            }
        }
        return tensors;
    }

    private static float[] normal(SplittableRandom random, int size, double deviation) {
        float[] values = new float[size];
        for (int k = 0; k < size; k++) {
            values[k] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static float[] ones() {
        float[] values = new float[WIDTH];
        Arrays.fill(values, 1);
        return values;
    }
}
