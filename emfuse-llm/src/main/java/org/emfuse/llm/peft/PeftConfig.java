package org.emfuse.llm.peft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.emfuse.wording.FileFailure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code adapter_config.json} says about a LoRA adapter. Whatever would change the adapter's effect and cannot be
 * said in GGUF is refused.
 *
 * @param rank of maps that {@code ranks} does not name
 * @param alpha of maps that {@code alphas} does not name, positive
 * @param rankStabilised whether the effect is α/√r instead of α/r
 * @param ranks by the end of a map's name
 * @param alphas likewise
 */
record PeftConfig(int rank, double alpha, boolean rankStabilised, Map<String, Double> ranks,
        Map<String, Double> alphas) {

    static final String FILE = "adapter_config.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final long MOST_BYTES = 10_000_000;

    /** Keys whose values must be missing, null, false, empty or none, and what they mean. */
    private static final Map<String, String> REFUSED = refused();

    /** Ways to begin that change the base's own weights. */
    private static final List<String> OTHER_BASES = List.of("pissa", "olora", "corda", "loftq");

    private static Map<String, String> refused() {
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("use_dora", "DoRA, which also scales the base's weights");
        refused.put("use_qalora", "QA-LoRA, which pools the inputs");
        refused.put("modules_to_save", "whole modules of its own beside the low-rank maps");
        refused.put("bias", "biases of its own");
        refused.put("lora_bias", "biases of its own");
        refused.put("fan_in_fan_out", "weights stored the other way round");
        refused.put("layer_replication", "a base with repeated layers");
        refused.put("trainable_token_indices", "tokens of its own");
        refused.put("target_parameters", "parameters outside of linear maps");
        refused.put("alora_invocation_tokens", "an activation by tokens");
        refused.put("megatron_config", "Megatron's parallel layers");
        return refused;
    }

    /**
     * Reads the file of a folder.
     *
     * @throws IllegalArgumentException if it is missing or broken, or says something that cannot be converted
     */
    static PeftConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("the folder " + folder + " is no PEFT adapter: it has no " + FILE);
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException("the file " + file + " is far too long for an adapter's "
                        + "configuration");
            }
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (!node.isObject()) {
                throw new IllegalArgumentException("the file " + file + ": expected a JSON object");
            }
            return parse(file, node);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the file " + file + " is not JSON", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " could not be read: " + FileFailure.reason(e), e);
        }
    }

    private static PeftConfig parse(Path file, JsonNode node) {
        String kind = node.path("peft_type").asString("");
        if (!kind.equals("LORA")) {
            throw new IllegalArgumentException("the file " + file + " is of a '" + kind
                    + "' adapter; only LORA adapters can be fused");
        }
        REFUSED.forEach((key, meaning) -> {
            JsonNode value = node.path(key);
            boolean none = value.isMissingNode() || value.isNull() || (value.isBoolean() && !value.asBoolean())
                    || (value.isContainer() && value.isEmpty())
                    || (value.isString() && value.asString().equals("none"));
            if (!none) {
                throw new IllegalArgumentException("the file " + file + ": the adapter has " + meaning + " (" + key
                        + ": " + shown(value)
                        + "), which an adapter in GGUF cannot express. Merge it into its base with"
                        + " PEFT and use the result as a 'model'");
            }
        });
        String start = node.path("init_lora_weights").asString("").toLowerCase(Locale.ROOT);
        if (OTHER_BASES.stream().anyMatch(start::startsWith)) {
            throw new IllegalArgumentException("the file " + file + ": the adapter began as '" + start + "', which also"
                    + " changed its base. Convert it to a plain LoRA with PEFT first");
        }
        double rank = number(file, "r", node.path("r"));
        return new PeftConfig((int) rank, number(file, "lora_alpha", node.path("lora_alpha")),
                node.path("use_rslora").asBoolean(false), pattern(file, "rank_pattern", node.path("rank_pattern")),
                pattern(file, "alpha_pattern", node.path("alpha_pattern")));
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private static double number(Path file, String key, JsonNode value) {
        boolean rank = key.startsWith("r");
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (!(number > 0) || number > 1e6 || (rank && number != Math.rint(number))) {
            throw new IllegalArgumentException("the file " + file + ": expected a positive "
                    + (rank ? "whole number" : "number") + " for '" + key + "', found "
                    + (value.isMissingNode() ? "nothing" : shown(value)));
        }
        return number;
    }

    private static Map<String, Double> pattern(Path file, String key, JsonNode node) {
        Map<String, Double> pattern = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return pattern;
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("the file " + file + ": expected names with numbers for '" + key
                    + "', found " + shown(node));
        }
        node.propertyStream().forEach(entry -> {
            String name = entry.getKey().startsWith("^") ? entry.getKey().substring(1) : entry.getKey();
            if (!name.matches("[A-Za-z0-9_.]+")) {
                throw new IllegalArgumentException("the file " + file + ": '" + key + "' names maps by the expression '"
                        + entry.getKey() + "'; only plain names can be read");
            }
            pattern.put(name, number(file, key, entry.getValue()));
        });
        return pattern;
    }

    /** The rank that the map of a name has. */
    int rankOf(String module) {
        return (int) of(module, ranks, rank);
    }

    /** The factor of B·A in the map of a name. */
    double scaleOf(String module) {
        int r = rankOf(module);
        return of(module, alphas, alpha) / (rankStabilised ? Math.sqrt(r) : r);
    }

    /** α with which an adapter of the usual rank has the usual effect where the effect is α/r. */
    double plainAlpha() {
        return rankStabilised ? alpha * Math.sqrt(rank) : alpha;
    }

    /** The value of the first name that the module's name ends with. */
    private static double of(String module, Map<String, Double> pattern, double otherwise) {
        List<Double> found = new ArrayList<>();
        pattern.forEach((name, value) -> {
            if (module.equals(name) || module.endsWith("." + name)) {
                found.add(value);
            }
        });
        return found.isEmpty() ? otherwise : found.getFirst();
    }
}
