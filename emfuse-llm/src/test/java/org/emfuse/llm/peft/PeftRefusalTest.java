package org.emfuse.llm.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.gguf.GgufWriter;
import org.emfuse.llm.gguf.TinyModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What cannot be said in GGUF is refused with a reason, and what does not fit the base too. */
class PeftRefusalTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private GgufFile base = new GgufFile(Path.of("none"), Map.of(), List.of());

    @BeforeEach
    void makeBase() {
        base = GgufFile.read(TinyModels.of(1).write(folder.resolve("base.gguf")));
    }

    private void assertRefused(TinyPeft peft, String... words) {
        Path written = peft.write(folder.resolve("peft"));
        Path target = folder.resolve("target.gguf");
        assertThatThrownBy(() -> AdapterFiles.write(PeftAdapter.read(written), base, target))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(written.toString())
                .hasMessageContainingAll(words).message().doesNotContain("\n");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("base.gguf", "peft");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            peft_type                | "IA3"                   | 'IA3' adapter
            peft_type                | 5                       | '5' adapter
            use_dora                 | true                    | DoRA
            modules_to_save          | ["lm_head"]             | whole modules of its own
            bias                     | "all"                   | biases
            lora_bias                | true                    | biases
            fan_in_fan_out           | true                    | other way round
            layer_replication        | [[0, 2], [1, 2]]        | repeated layers
            trainable_token_indices  | [1]                     | tokens of its own
            init_lora_weights        | "pissa_niter_4"         | began as 'pissa_niter_4'
            r                        | 0                       | positive whole number for 'r', found 0
            r                        | 2.5                     | positive whole number for 'r'
            r                        | "4"                     | positive whole number for 'r'
            r                        | 1e300                   | positive whole number for 'r'
            lora_alpha               | 0                       | positive number for 'lora_alpha', found 0
            lora_alpha               | -4                      | positive number for 'lora_alpha'
            r                        | 8                       | expected rank 8 as adapter_config.json says
            rank_pattern             | {"q_proj": 2}           | expected rank 2
            rank_pattern             | {"layers.*": 2}         | only plain names
            alpha_pattern            | {"q_proj": -1}          | positive number for 'alpha_pattern'
            alpha_pattern            | []                      | names with numbers for 'alpha_pattern'
            """)
    void configurations(String key, String value, String message) {
        assertRefused(TinyPeft.of("F32", 1, 1).with(key, new JsonMapper().readTree(value)), message);
    }

    @Test
    void tensorsThatDoNotBelong() {
        assertRefused(TinyPeft.of("F32", 1, 1).tensor("base_model.model.lm_head.weight", new float[4], 2, 2),
                "base_model.model.lm_head.weight", "none of a LoRA adapter");
        assertRefused(TinyPeft.of("F32", 1, 1).tensor(
                "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", new float[4], 4),
                "lora_magnitude_vector");
        assertRefused(TinyPeft.of("F32", 1, 1).tensor(name("0.mlp.router", "A"), new float[256], 4, 64),
                "not one lora_A and one lora_B of model.layers.0.mlp.router");
        assertRefused(TinyPeft.of("F32", 1, 1).tensor(name("0.mlp.router", "A"), new float[256], 4, 64)
                .tensor(name("0.mlp.router", "B"), new float[256], 64, 4), "model.layers.0.mlp.router", "not known");
        assertRefused(TinyPeft.of("F32", 1, 1).tensor(name("7.mlp.up_proj", "A"), new float[256], 4, 64)
                .tensor(name("7.mlp.up_proj", "B"), new float[512], 128, 4), "blk.7.ffn_up.weight does not exist");
        assertRefused(TinyPeft.empty("F32").tensor(name("1.mlp.up_proj", "A"), new float[512], 4, 128)
                .tensor(name("1.mlp.up_proj", "B"), new float[512], 128, 4), "maps 128 inputs to 128 outputs",
                "[64, 128]");
        assertRefused(TinyPeft.empty("F32").tensor(name("1.mlp.up_proj", "A"), floats(256, Float.NaN), 4, 64)
                .tensor(name("1.mlp.up_proj", "B"), new float[512], 128, 4), name("1.mlp.up_proj", "A"),
                "value 0 is NaN");
    }

    private static String name(String map, String part) {
        return "base_model.model.model.layers." + map + ".lora_" + part + ".weight";
    }

    private static float[] floats(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void foldersThatAreNone() throws IOException {
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        Files.writeString(peft.resolve("adapter_config.json"), "{\"peft_type\": ");
        assertThatThrownBy(() -> PeftAdapter.read(peft)).hasMessageContaining("adapter_config.json is not JSON");
        Files.delete(peft.resolve("adapter_config.json"));
        assertThat(PeftAdapter.isAt(peft)).isTrue();
        assertThatThrownBy(() -> PeftAdapter.read(peft)).hasMessageContaining("it has no adapter_config.json");
        TinyPeft.of("F32", 1, 1).write(peft);
        Files.move(peft.resolve("adapter_model.safetensors"), peft.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> PeftAdapter.read(peft)).hasMessageContaining("a form that can run code");
    }

    @Test
    void anotherArchitecture() {
        GgufFile other = GgufFile.read(new GgufWriter().string("general.architecture", "mamba")
                .write(folder.resolve("base.gguf")));
        Path written = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        assertThatThrownBy(() -> PeftAdapter.read(written).requireFits(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("architecture mamba", "convert_lora_to_gguf.py");
    }

    /** Only Llama's files have the rows of queries and keys in turn. */
    @Test
    void rowsOfOtherArchitecturesStayInOrder() throws IOException {
        for (String architecture : new String[]{"qwen2", "llama"}) {
            GgufFile model = GgufFile.read(new GgufWriter().string("general.architecture", architecture)
                    .uint32(architecture + ".attention.head_count", 2)
                    .tensor("blk.0.attn_q.weight", new float[32], 4, 8).write(folder.resolve("m.gguf")));
            Path peft = TinyPeft.empty("F32").with("r", 1).with("lora_alpha", 1)
                    .tensor(name("0.self_attn.q_proj", "A"), new float[]{9, 9, 9, 9}, 1, 4)
                    .tensor(name("0.self_attn.q_proj", "B"), new float[]{0, 1, 2, 3, 4, 5, 6, 7}, 8, 1)
                    .write(folder.resolve("peft-" + architecture));
            Path target = folder.resolve(architecture + ".gguf");
            AdapterFiles.write(PeftAdapter.read(peft), model, target);
            byte[] bytes = Files.readAllBytes(target);
            float[] rows = new float[8];
            ByteBuffer.wrap(bytes, bytes.length - 32, 32).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows);
            assertThat(rows).as(architecture).containsExactly(architecture.equals("llama")
                    ? new float[]{0, 2, 1, 3, 4, 6, 5, 7}
                    : new float[]{0, 1, 2, 3, 4, 5, 6, 7});
        }
    }
}
