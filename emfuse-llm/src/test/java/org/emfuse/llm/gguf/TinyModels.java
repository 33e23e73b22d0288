package org.emfuse.llm.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Writes random language models of the llama architecture that load in a moment: two layers of width 64, float32, a
 * byte-level vocabulary with a few merges, ChatML.
 */
public final class TinyModels {

    /** Tokens of context that the models claim to be trained for. */
    public static final int CONTEXT = 1024;

    private static final int WIDTH = 64;
    private static final int HIDDEN = 128;
    private static final int LAYERS = 2;
    private static final int HEADS = 4;
    private static final int KEY_HEADS = 2;
    private static final int KEY_WIDTH = WIDTH / HEADS * KEY_HEADS;
    private static final int RANK = 4;
    private static final String CHATML = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
            + "message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ "
            + "'<|im_start|>assistant\\n' }}{% endif %}";

    private TinyModels() {}

    /** A model with weights of a seed. */
    public static Path model(Path file, long seed) {
        return writer(seed, List.of()).write(file);
    }

    /** A model with more tokens at the end of its vocabulary. */
    public static Path model(Path file, long seed, List<String> extraTokens) {
        return writer(seed, extraTokens).write(file);
    }

    private static GgufWriter writer(long seed, List<String> extraTokens) {
        List<String> tokens = new ArrayList<>(List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"));
        byteCharacters().forEach(tokens::add);
        List<String> merges = List.of("a b", "c d", "t h", "Ġ a", "th e");
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.addAll(extraTokens);
        int[] types = new int[tokens.size()];
        for (int t = 0; t < types.length; t++) {
            types[t] = t < 3 ? 3 : 1; // control, normal
        }
        Random random = new Random(seed);
        GgufWriter writer = new GgufWriter().put("general.architecture", "llama").put("general.type", "model")
                .put("general.name", "tiny " + seed).put("llama.context_length", CONTEXT)
                .put("llama.embedding_length", WIDTH).put("llama.block_count", LAYERS)
                .put("llama.feed_forward_length", HIDDEN).put("llama.attention.head_count", HEADS)
                .put("llama.attention.head_count_kv", KEY_HEADS)
                .put("llama.attention.layer_norm_rms_epsilon", 1e-5f).put("llama.rope.dimension_count", WIDTH / HEADS)
                .put("tokenizer.ggml.model", "gpt2").put("tokenizer.ggml.pre", "smollm")
                .put("tokenizer.ggml.tokens", tokens).put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.merges", merges).put("tokenizer.ggml.bos_token_id", 1)
                .put("tokenizer.ggml.eos_token_id", 2).put("tokenizer.ggml.add_bos_token", false)
                .put("tokenizer.chat_template", CHATML);
        matrix(writer, random, "token_embd", WIDTH, tokens.size(), 1.0);
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            ones(writer, block + "attn_norm");
            ones(writer, block + "ffn_norm");
            for (String name : MAPS) {
                matrix(writer, random, block + name, inputs(name), outputs(name), 0.8 / Math.sqrt(inputs(name)));
            }
        }
        ones(writer, "output_norm");
        matrix(writer, random, "output", WIDTH, tokens.size(), 0.1);
        return writer;
    }

    private static final List<String> MAPS = List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up",
            "ffn_down");

    private static int inputs(String map) {
        return map.equals("ffn_down") ? HIDDEN : WIDTH;
    }

    private static int outputs(String map) {
        return switch (map) {
            case "attn_k", "attn_v" -> KEY_WIDTH;
            case "ffn_gate", "ffn_up" -> HIDDEN;
            default -> WIDTH;
        };
    }

    private static void ones(GgufWriter writer, String name) {
        float[] values = new float[WIDTH];
        Arrays.fill(values, 1);
        writer.tensor(name + ".weight", values, WIDTH);
    }

    private static void matrix(GgufWriter writer, Random random, String name, int inputs, int outputs, double scale) {
        writer.tensor(name + ".weight", values(random, inputs * outputs, scale), inputs, outputs);
    }

    private static float[] values(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** An adapter of every linear map; a scale of 0 makes one that changes nothing. */
    public static Path adapter(Path file, long seed, double scale) {
        return adapterWriter("llama", seed, scale, WIDTH).write(file);
    }

    /** An adapter of a model of another width. */
    public static Path misfit(Path file) {
        return adapterWriter("llama", 1, 1, 2 * WIDTH).write(file);
    }

    /** An adapter of another architecture. */
    public static Path foreign(Path file) {
        return adapterWriter("qwen2", 1, 1, WIDTH).write(file);
    }

    private static GgufWriter adapterWriter(String architecture, long seed, double scale, int width) {
        Random random = new Random(seed);
        GgufWriter writer = new GgufWriter().put("general.architecture", architecture).put("general.type", "adapter")
                .put("adapter.type", "lora").put("adapter.lora.alpha", 8f);
        for (int layer = 0; layer < LAYERS; layer++) {
            for (String map : MAPS) {
                String name = "blk." + layer + "." + map + ".weight";
                int in = inputs(map) * width / WIDTH;
                int out = outputs(map) * width / WIDTH;
                writer.tensor(name + ".lora_a", values(random, in * RANK, scale / Math.sqrt(in)), in, RANK);
                writer.tensor(name + ".lora_b", values(random, RANK * out, scale / 2), RANK, out);
            }
        }
        return writer;
    }

    /** The characters that byte-level vocabularies write bytes as, in the order of the bytes. */
    private static List<String> byteCharacters() {
        List<String> characters = new ArrayList<>();
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            characters.add(Character.toString(printable ? b : next++));
        }
        return characters;
    }
}
