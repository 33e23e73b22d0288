package org.emfuse.rl.policy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trained policy as one safetensors file: tensors {@code actor.N.weight} [in, out] and {@code actor.N.bias} [out], and in
 * the header what a user needs to run it elsewhere: environment, observation and action coordinates with units and ranges,
 * the formula of the action.
 */
public final class PolicyFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FORMAT = "emfuse-policy-1";
    private static final String FORMULA = "h = relu(h · weight + bias) per layer, the last one without relu; "
            + "action = high · tanh(first half of the output); the second half is log σ, clipped to [-5, 2]";

    private final GaussianActor actor;
    private final Map<String, String> metadata;

    private PolicyFile(GaussianActor actor, Map<String, String> metadata) {
        this.actor = actor;
        this.metadata = metadata;
    }

    /**
     * Writes a policy.
     *
     * @param hidden sizes of the actor's hidden layers
     * @param extra further texts for the header: algorithm, seed, steps
     */
    public static void write(Path path, GaussianActor actor, List<Integer> hidden, EnvSpec spec,
            Map<String, String> extra) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("env", spec.id());
        metadata.put("observations", JSON.writeValueAsString(described(spec.observations())));
        metadata.put("actions", JSON.writeValueAsString(described(spec.actions())));
        metadata.put("hidden", JSON.writeValueAsString(hidden));
        metadata.put("formula", FORMULA);
        metadata.putAll(extra);
        SafetensorsFile.write(path, actor.parameters().named(""), metadata);
    }

    /** Infinite bounds are left out: JSON has no number for them. */
    private static List<Map<String, Object>> described(List<Quantity> quantities) {
        return quantities.stream().map(quantity -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", quantity.name());
            entry.put("unit", quantity.unit());
            if (Double.isFinite(quantity.low())) {
                entry.put("low", quantity.low());
            }
            if (Double.isFinite(quantity.high())) {
                entry.put("high", quantity.high());
            }
            return entry;
        }).toList();
    }

    /**
     * Reads a policy; the caller closes {@link #actor}.
     *
     * @throws IllegalArgumentException if the file is not a policy of this format
     */
    public static PolicyFile read(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, String> metadata = file.metadata();
        if (!FORMAT.equals(metadata.get("format"))) {
            throw new IllegalArgumentException("the file " + path + " is not a policy: its header has format '"
                    + metadata.getOrDefault("format", "") + "', expected '" + FORMAT + "'");
        }
        EnvSpec spec = Environments.spec(text(path, metadata, "env"));
        int[] hidden = hidden(path, metadata);
        GaussianActor actor = new GaussianActor(spec.observationSize(), spec.actionScale(), hidden, new TorchRandom(0));
        try {
            actor.parameters().load(file, "");
            if (!actor.parameters().allFinite()) {
                throw new IllegalArgumentException(
                        "the policy in " + path + " has weights that are not finite numbers");
            }
        } catch (RuntimeException e) {
            actor.close();
            throw e;
        }
        return new PolicyFile(actor, metadata);
    }

    private static String text(Path path, Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the policy file " + path + " does not say its " + key);
        }
        return value;
    }

    private static int[] hidden(Path path, Map<String, String> metadata) {
        String text = text(path, metadata, "hidden");
        try {
            List<Integer> sizes = JSON.readValue(text, new TypeReference<>() {
            });
            if (sizes.size() <= 16 && sizes.stream().allMatch(size -> size != null && size >= 1 && size <= 16_384)) {
                return sizes.stream().mapToInt(Integer::intValue).toArray();
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the policy file " + path + " has hidden layers '" + text
                    + "'; a list of sizes such as [256,256] was expected", e);
        }
        throw new IllegalArgumentException("the policy file " + path + " has hidden layers " + text
                + "; at most 16 sizes from 1 to 16384 are read");
    }

    /** The network; the reader of the file owns it. */
    public GaussianActor actor() {
        return actor;
    }

    /** The environment's id. */
    public String env() {
        return metadata.getOrDefault("env", "");
    }

    /** The header's texts. */
    public Map<String, String> metadata() {
        return metadata;
    }
}
