package org.emfuse.llm.peft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.llm.gguf.TinyModels;
import tools.jackson.databind.json.JsonMapper;

/** Adapters of the tiny models in PEFT's form: the same values as those of {@link TinyModels#writeAdapter}. */
public final class TinyPeft {

    private static final Map<String, String> MODULES = Map.of("attn_q", "self_attn.q_proj", "attn_k",
            "self_attn.k_proj", "attn_v", "self_attn.v_proj", "attn_output", "self_attn.o_proj", "ffn_gate",
            "mlp.gate_proj", "ffn_up", "mlp.up_proj", "ffn_down", "mlp.down_proj");

    private final Map<String, Object> config = new LinkedHashMap<>();
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final String type;

    private TinyPeft(String type) {
        this.type = type;
        config.put("peft_type", "LORA");
        config.put("r", TinyModels.RANK);
        config.put("lora_alpha", TinyModels.RANK);
        config.put("bias", "none");
        config.put("modules_to_save", null);
        config.put("use_dora", false);
    }

    /** A configuration without tensors. */
    static TinyPeft empty(String type) {
        return new TinyPeft(type);
    }

    /** The adapter of a seed in elements of a type: F32, F16 or BF16. */
    public static TinyPeft of(String type, long seed, double scale) {
        TinyPeft peft = new TinyPeft(type);
        for (TinyModels.AdapterTensor tensor : TinyModels.adapterTensors(TinyModels.RANK, seed, scale)) {
            String[] parts = tensor.name().split("\\.", -1);
            String module = "model.layers." + parts[1] + "." + MODULES.get(parts[2]);
            boolean b = parts[4].equals("lora_b");
            int heads = parts[2].equals("attn_q")
                    ? TinyModels.HEADS
                    : parts[2].equals("attn_k") ? TinyModels.KV_HEADS : 0;
            float[] values = b && heads > 0 ? halves(tensor, heads) : tensor.values();
            peft.tensor("base_model.model." + module + ".lora_" + (b ? "B" : "A") + ".weight", values, tensor.rows(),
                    tensor.columns());
        }
        return peft;
    }

    /** The rows of each head as the model has them: the even ones of GGUF's order, then the odd ones. */
    private static float[] halves(TinyModels.AdapterTensor tensor, int heads) {
        int width = tensor.columns();
        int size = tensor.rows() / heads;
        float[] values = new float[tensor.values().length];
        for (int row = 0; row < tensor.rows(); row++) {
            int inHead = row % size;
            int target = row - inHead + (inHead % 2) * size / 2 + inHead / 2;
            System.arraycopy(tensor.values(), row * width, values, target * width, width);
        }
        return values;
    }

    /** Sets a key of the configuration. */
    public TinyPeft with(String key, Object value) {
        config.put(key, value);
        return this;
    }

    /** Adds a tensor. */
    TinyPeft tensor(String name, float[] values, long... shape) {
        int begin = data.size();
        for (float value : values) {
            int bits = Float.floatToRawIntBits(value);
            ByteBuffer bytes = ByteBuffer.allocate(type.equals("F32") ? 4 : 2).order(ByteOrder.LITTLE_ENDIAN);
            switch (type) {
                case "F32" -> bytes.putFloat(value);
                case "F16" -> bytes.putShort(Float.floatToFloat16(value));
                default -> bytes.putShort((short) (bits >>> 16));
            }
            data.writeBytes(bytes.array());
        }
        // In one order, so that equal adapters are equal files in every process.
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("dtype", type);
        entry.put("shape", shape);
        entry.put("data_offsets", new int[]{begin, data.size()});
        header.put(name, entry);
        return this;
    }

    /** Writes the folder. */
    public Path write(Path folder) {
        JsonMapper json = new JsonMapper();
        byte[] text = json.writeValueAsString(header).getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(text.length).put(text).put(data.toByteArray());
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("adapter_model.safetensors"), all.array());
            Files.writeString(folder.resolve("adapter_config.json"), json.writeValueAsString(config));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
