package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Rows;
import org.emfuse.llm.gguf.GgufWriter;
import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.ModelCatalog;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.TinyPeft;
import org.junit.jupiter.api.Test;

/** Adapters in PEFT's form have the effect of the same adapters in GGUF. */
class PeftAdapterTest extends EngineTest {

    private static final ContextSize SIZE = new ContextSize(1, 256, 64, 1);

    private final List<String> notices = new ArrayList<>();

    private Path converted(Path peft) {
        CacheFolder cache = new CacheFolder(folder.resolve("cache"));
        ModelStore store = new ModelStore(cache, ModelCatalog.of(cache), notices::add);
        return new AdapterFiles(store, notices::add).resolve(peft.toString(), folder, experts.model().path());
    }

    private float[] answer(Path adapter) {
        try (Expert expert = experts.withAdapter("x", adapter); ExpertContext context = expert.open(SIZE)) {
            return energyAfter(context, context.start(QUESTION, Rows.LAST));
        }
    }

    private Path gguf(double alpha, double scaleOfQueries, boolean rounded) {
        GgufWriter writer = new GgufWriter().string("general.type", "adapter").string("adapter.type", "lora")
                .string("general.architecture", "llama").float32("adapter.lora.alpha", (float) alpha);
        for (TinyModels.AdapterTensor tensor : TinyModels.adapterTensors(TinyModels.RANK, 5, 1)) {
            float[] values = tensor.values().clone();
            boolean scaled = tensor.name().endsWith("attn_q.weight.lora_b");
            for (int k = 0; k < values.length; k++) {
                values[k] = rounded
                        ? Float.intBitsToFloat(Float.floatToRawIntBits(values[k]) & 0xFFFF0000)
                        : (float) (values[k] * (scaled ? scaleOfQueries : 1));
            }
            writer.tensor(tensor.name(), values, tensor.columns(), tensor.rows());
        }
        return writer.write(folder.resolve("written.gguf"));
    }

    @Test
    void theSameValuesHaveTheSameEffect() {
        Path peft = TinyPeft.of("F32", 5, 1).write(folder.resolve("peft"));

        float[] energies = answer(converted(peft));

        assertThat(energies).isEqualTo(answer(TinyModels.writeAdapter(folder.resolve("same.gguf"), 5, 1)));
        assertThat(largestDifference(energies, answer(TinyModels.writeAdapter(folder.resolve("other.gguf"), 6, 1))))
                .isGreaterThan(20 * SHAPE);
        assertThat(converted(peft)).exists();
        assertThat(notices).as("it is converted once").hasSize(1);
        TinyPeft.of("F32", 6, 1).write(peft);
        converted(peft);
        assertThat(notices).as("another content is converted anew").hasSize(2);
    }

    @Test
    void bfloat16IsHeldExactlyAndFloat16Kept() {
        float[] rounded = answer(converted(TinyPeft.of("BF16", 5, 1).write(folder.resolve("bf16"))));
        assertThat(rounded).isEqualTo(answer(gguf(TinyModels.RANK, 1, true)));
        float[] half = answer(converted(TinyPeft.of("F16", 5, 1).write(folder.resolve("f16"))));
        assertThat(largestDifference(half, answer(gguf(TinyModels.RANK, 1, false)))).isLessThan(.01);
    }

    @Test
    void rankStabilisedEffectsAndSingleAlphasAreFolded() {
        float[] stabilised = answer(converted(
                TinyPeft.of("F32", 5, 1).with("use_rslora", true).write(folder.resolve("rs"))));
        assertThat(stabilised).as("alpha over the root of the rank").isEqualTo(answer(gguf(8, 1, false)));
        float[] single = answer(converted(TinyPeft.of("F32", 5, 1).with("alpha_pattern", Map.of("q_proj", 12))
                .write(folder.resolve("single"))));
        assertThat(largestDifference(single, answer(gguf(4, 3, false)))).isLessThan(1e-5);
        assertThat(largestDifference(single, answer(gguf(4, 1, false)))).isGreaterThan(20 * SHAPE);
    }

    @Test
    void nothingIsLeftBesideWhatWasConverted() throws Exception {
        Path gguf = converted(TinyPeft.of("F32", 5, 1).write(folder.resolve("peft")));
        try (Stream<Path> files = Files.list(gguf.getParent())) {
            assertThat(files).containsExactly(gguf);
        }
    }
}
