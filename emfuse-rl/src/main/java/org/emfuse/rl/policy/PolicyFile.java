package org.emfuse.rl.policy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.env.StoredQuantity;
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

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL)).build();
    private static final String FORMAT = "emfuse-policy-1";
    private static final String FORMULA = "h = relu(h · weight + bias) per layer, the last one without relu; "
            + "action = high · tanh(first half of the output); the second half is log σ, clipped to [-5, 2]";

    private final GaussianActor actor;
    private final PolicySpace space;
    private final Map<String, String> metadata;

    private PolicyFile(GaussianActor actor, PolicySpace space, Map<String, String> metadata) {
        this.actor = actor;
        this.space = space;
        this.metadata = metadata;
    }

    /**
     * Writes a policy.
     *
     * @param hidden sizes of the actor's hidden layers
     * @param extra further texts for the header: algorithm, seed, steps
     */
    public static void write(Path path, GaussianActor actor, List<Integer> hidden, PolicySpace space,
            Map<String, String> extra) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("env", space.env());
        metadata.put("observations", described(space.observations()));
        metadata.put("actions", described(space.actions()));
        metadata.put("hidden", JSON.writeValueAsString(hidden));
        metadata.put("formula", FORMULA);
        metadata.putAll(extra);
        SafetensorsFile.write(path, actor.parameters().named(""), metadata);
    }

    private static String described(List<Quantity> quantities) {
        return JSON.writeValueAsString(quantities.stream().map(StoredQuantity::of).toList());
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
        PolicySpace space = space(path, metadata);
        int[] hidden = hidden(path, metadata);
        requireShapes(file, space, hidden);
        GaussianActor actor = new GaussianActor(space.observations().size(), space.actionScale(), hidden,
                new TorchRandom(0));
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
        return new PolicyFile(actor, space, metadata);
    }

    private static PolicySpace space(Path path, Map<String, String> metadata) {
        String env = text(path, metadata, "env");
        if (!env.isEmpty()) {
            return PolicySpace.of(Environments.spec(env));
        }
        List<Quantity> observations = quantities(path, metadata, "observations");
        List<Quantity> actions = quantities(path, metadata, "actions");
        try {
            return new PolicySpace("", observations, actions);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the policy file " + path + " is of no use: " + e.getMessage(), e);
        }
    }

    private static List<Quantity> quantities(Path path, Map<String, String> metadata, String key) {
        String text = text(path, metadata, key);
        String expected = "the policy file " + path + " has " + key + " '" + text
                + "'; a list such as [{\"name\":\"position\",\"unit\":\"m\",\"low\":-1,\"high\":1}] was expected";
        try {
            StoredQuantity[] coordinates = JSON.readValue(text, StoredQuantity[].class);
            if (coordinates != null && Arrays.stream(coordinates).noneMatch(Objects::isNull)) {
                return Arrays.stream(coordinates).map(StoredQuantity::quantity).toList();
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IllegalArgumentException(expected, e);
        }
        throw new IllegalArgumentException(expected);
    }

    /** A header may promise any network; only the one that the file holds is made. */
    private static void requireShapes(SafetensorsFile file, PolicySpace space, int[] hidden) {
        long in = space.observations().size();
        for (int layer = 0; layer <= hidden.length; layer++) {
            long out = layer < hidden.length ? hidden[layer] : 2L * space.actions().size();
            file.tensor("actor." + layer + ".weight", in, out).close();
            in = out;
        }
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

    /** The environment's id; empty where the policy was learned without one. */
    public String env() {
        return space.env();
    }

    /** What the policy sees and does. */
    public PolicySpace space() {
        return space;
    }

    /** The header's texts. */
    public Map<String, String> metadata() {
        return metadata;
    }
}
