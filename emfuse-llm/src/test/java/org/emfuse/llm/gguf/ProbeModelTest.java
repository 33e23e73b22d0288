package org.emfuse.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny model that engines are tried on, {@code tiny.gguf} among the program's resources, is what this class writes. */
class ProbeModelTest {

    private static final int WIDTH = 32;
    private static final int KEYS = 16;
    private static final int FEED_FORWARD = 64;

    /** Writes the resource anew. */
    public static void main(String[] args) {
        write(Path.of(args[0]));
    }

    @Test
    void theResourceIsWhatIsWritten(@TempDir Path folder) throws IOException {
        byte[] written = Files.readAllBytes(write(folder.resolve("tiny.gguf")));
        try (var in = ProbeModelTest.class.getResourceAsStream("/org/emfuse/llm/llama/tiny.gguf")) {
            assertThat(in).isNotNull();
            assertThat(in.readAllBytes()).isEqualTo(written);
        }
    }

    /** One layer; few different weights, so that it packs well. */
    private static Path write(Path file) {
        TinyVocabulary vocabulary = new TinyVocabulary(List.of("t h"), List.of());
        GgufWriter writer = new GgufWriter().string("general.architecture", "llama").string("general.type", "model")
                .string("general.name", "tiny").uint32("general.file_type", 0).uint32("llama.block_count", 1)
                .uint32("llama.context_length", 256).uint32("llama.embedding_length", WIDTH)
                .uint32("llama.feed_forward_length", FEED_FORWARD).uint32("llama.attention.head_count", 2)
                .uint32("llama.attention.head_count_kv", 1).float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .uint32("llama.rope.dimension_count", KEYS).uint32("llama.vocab_size", vocabulary.size())
                .string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "smollm")
                .strings("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.kinds())
                .strings("tokenizer.ggml.merges", vocabulary.merges())
                .uint32("tokenizer.ggml.bos_token_id", 0)
                .uint32("tokenizer.ggml.eos_token_id", TinyVocabulary.TURN_END_ID)
                .string("tokenizer.chat_template", TinyModels.CHATML);
        SplittableRandom random = new SplittableRandom(1);
        weight(writer, random, "token_embd", WIDTH, vocabulary.size());
        weight(writer, random, "blk.0.attn_q", WIDTH, WIDTH);
        weight(writer, random, "blk.0.attn_k", WIDTH, KEYS);
        weight(writer, random, "blk.0.attn_v", WIDTH, KEYS);
        weight(writer, random, "blk.0.attn_output", WIDTH, WIDTH);
        weight(writer, random, "blk.0.ffn_gate", WIDTH, FEED_FORWARD);
        weight(writer, random, "blk.0.ffn_up", WIDTH, FEED_FORWARD);
        weight(writer, random, "blk.0.ffn_down", FEED_FORWARD, WIDTH);
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        for (String norm : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
            writer.tensor(norm + ".weight", ones, WIDTH);
        }
        return writer.write(file);
    }

    private static void weight(GgufWriter writer, SplittableRandom random, String name, int inputs, int outputs) {
        float[] values = new float[inputs * outputs];
        for (int k = 0; k < values.length; k++) {
            values[k] = (random.nextInt(3) - 1) / 8f;
        }
        writer.tensor(name + ".weight", values, inputs, outputs);
    }
}
