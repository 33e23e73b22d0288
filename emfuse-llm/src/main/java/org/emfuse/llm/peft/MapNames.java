package org.emfuse.llm.peft;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of linear maps: how PEFT calls them and how GGUF does. */
final class MapNames {

    /**
     * Architectures whose linear maps all have the names below, in GGUF's naming. Those of the second set have the rows of
     * queries and keys in another order in GGUF.
     */
    static final Set<String> PLAIN = Set.of("gemma", "gemma2", "gemma3", "qwen2", "qwen3");
    static final Set<String> PERMUTED = Set.of("llama");

    private static final Map<String, String> MAPS = Map.of("self_attn.q_proj", "attn_q", "self_attn.k_proj", "attn_k",
            "self_attn.v_proj", "attn_v", "self_attn.o_proj", "attn_output", "mlp.gate_proj", "ffn_gate",
            "mlp.up_proj", "ffn_up", "mlp.down_proj", "ffn_down");

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.([0-9]{1,6})\\.(.+)");
    private static final Pattern TENSOR = Pattern
            .compile("base_model\\.model\\.(.+)\\.lora_([AB])(?:\\.default)?\\.weight");

    private MapNames() {}

    /**
     * A tensor of PEFT.
     *
     * @param module the map that it changes, as the model names it
     * @param a whether it is A, else B
     */
    record Part(String module, boolean a) {}

    /** The part that a tensor's name means; empty if it is none of a LoRA adapter. */
    static Optional<Part> part(String tensor) {
        Matcher matcher = TENSOR.matcher(tensor);
        return matcher.matches()
                ? Optional.of(new Part(matcher.group(1), matcher.group(2).equals("A")))
                : Optional.empty();
    }

    /** GGUF's name of a map's weight; empty if it is not known here. */
    static Optional<String> weight(String module) {
        if (module.equals("lm_head")) {
            return Optional.of("output.weight");
        }
        Matcher layer = LAYER.matcher(module);
        return layer.matches()
                ? Optional.ofNullable(MAPS.get(layer.group(2)))
                        .map(map -> "blk." + Integer.parseInt(layer.group(1)) + "." + map + ".weight")
                : Optional.empty();
    }
}
