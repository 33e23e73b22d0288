package org.emfuse.llm.gguf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the header of a model or adapter tells a person, name to value; what the file does not say is left out. */
public final class GgufFacts {

    /** The key of the chat template. */
    public static final String TEMPLATE = "tokenizer.chat_template";

    /** The key of the tokens' texts. */
    public static final String TOKENS = "tokenizer.ggml.tokens";

    private static final List<String> SIZES = List.of("context_length", "block_count", "embedding_length",
            "feed_forward_length", "attention.head_count", "attention.head_count_kv");
    private static final List<String> NAMES = List.of("context", "layers", "width", "feedForward", "heads",
            "keyValueHeads");

    private GgufFacts() {}

    /** The facts of a file. */
    public static Map<String, Object> of(GgufFile file) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", file.kind());
        facts.put("architecture", file.architecture());
        file.string("general.name").ifPresent(name -> facts.put("name", name));
        file.string("general.license").ifPresent(licence -> facts.put("licence", licence));
        facts.put("bytes", file.path().toFile().length());
        facts.put("parameters", parameters(file));
        facts.put("tensors", file.tensors().size());
        return file.kind().equals("adapter") ? adapter(file, facts) : model(file, facts);
    }

    private static long parameters(GgufFile file) {
        return file.tensors().stream()
                .mapToLong(tensor -> tensor.dimensions().stream().reduce(1L, (a, b) -> a * b)).sum();
    }

    private static Map<String, Object> adapter(GgufFile file, Map<String, Object> facts) {
        Optional.ofNullable(file.metadata().get("adapter.lora.alpha")).ifPresent(alpha -> facts.put("alpha", alpha));
        facts.put("ranks", file.tensors().stream()
                .filter(tensor -> tensor.name().endsWith(".lora_a") && tensor.dimensions().size() > 1)
                .map(tensor -> tensor.dimensions().get(1)).distinct().sorted().toList());
        facts.put("maps", maps(file.tensors().stream().map(GgufFile.Tensor::name)
                .map(name -> name.replaceFirst("\\.lora_[ab]$", ""))));
        return facts;
    }

    /**
     * Which maps of a layer are changed, each once, in order.
     *
     * @param weights names of weights, for example {@code blk.0.attn_q.weight}
     */
    public static List<String> maps(Stream<String> weights) {
        return weights.map(name -> name.replaceFirst("^blk\\.[0-9]+\\.", "").replaceFirst("\\.weight$", ""))
                .distinct().sorted().toList();
    }

    private static Map<String, Object> model(GgufFile file, Map<String, Object> facts) {
        file.integer("general.file_type").ifPresent(type -> facts.put("quantisation", Quantisation.of(type)));
        for (int k = 0; k < SIZES.size(); k++) {
            String name = NAMES.get(k);
            file.integer(file.architecture() + "." + SIZES.get(k)).ifPresent(size -> facts.put(name, size));
        }
        if (file.metadata().get(TOKENS) instanceof GgufFile.ArrayValue tokens) {
            facts.put("vocabulary", tokens.length());
        }
        file.string("tokenizer.ggml.model").ifPresent(kind -> facts.put("tokenizer",
                kind + file.string("tokenizer.ggml.pre").map(pre -> ", " + pre).orElse("")));
        facts.put("template", file.string(TEMPLATE).orElse("none"));
        return facts;
    }
}
