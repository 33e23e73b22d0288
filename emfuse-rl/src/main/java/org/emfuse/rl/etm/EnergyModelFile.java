package org.emfuse.rl.etm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.StoredQuantity;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trained transition model as one safetensors file: the network's tensors, {@code head.N.weight} [in, out] and those of the
 * encoder; the normaliser's under {@code normaliser.}; in the header its shape, the coordinates that it speaks
 * of, a fingerprint of the weights that its training began with, and the scale β of its energy.
 */
public final class EnergyModelFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FORMAT = "emfuse-transition-energy-1";
    private static final int MOST = 10_000;

    private record Space(String task, List<StoredQuantity> observations, List<StoredQuantity> actions) {

        private Space {
            Objects.requireNonNull(task, "task");
            observations = List.copyOf(observations);
            actions = List.copyOf(actions);
            if (observations.isEmpty() || actions.isEmpty() || observations.size() > MOST || actions.size() > MOST) {
                throw new IllegalArgumentException("a model has 1 to " + MOST + " observations and actions");
            }
        }

        static Space of(TransitionSpace space) {
            return new Space(space.task(), space.observations().stream().map(StoredQuantity::of).toList(),
                    space.actions().stream().map(StoredQuantity::of).toList());
        }

        TransitionSpace space() {
            return new TransitionSpace(task, observations.stream().map(StoredQuantity::quantity).toList(),
                    actions.stream().map(StoredQuantity::quantity).toList());
        }
    }

    private EnergyModelFile() {}

    /** A space as the header of a model's file tells it, under {@code space}. */
    public static String written(TransitionSpace space) {
        return JSON.writeValueAsString(Space.of(space));
    }

    /**
     * The space that a header tells.
     *
     * @throws IllegalArgumentException if it tells none
     */
    public static TransitionSpace space(Path path, Map<String, String> header) {
        return parsed(path, header, "space", Space.class, Space::space);
    }

    /**
     * Writes a model.
     *
     * @param extra further texts for the header
     */
    public static void write(Path path, EnergyModel model, Map<String, String> extra) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(model.parameters().named(""));
        tensors.putAll(model.normaliser().named("normaliser."));
        Map<String, String> header = new LinkedHashMap<>();
        header.put("format", FORMAT);
        header.put("name", model.name());
        header.put("space", written(model.space()));
        header.put("architecture", JSON.writeValueAsString(model.architecture()));
        header.put("first-weights", model.origin());
        header.put("beta", Double.toString(model.beta()));
        header.putAll(extra);
        SafetensorsFile.write(path, tensors, header);
    }

    /**
     * Reads a model; the caller closes it.
     *
     * @throws IllegalArgumentException if the file is not a model of this format, or has numbers that are of no use
     */
    public static EnergyModel read(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, String> header = file.metadata();
        if (!FORMAT.equals(header.get("format"))) {
            throw new IllegalArgumentException(
                    "the file " + path + " is not a transition model: its header has format '"
                            + header.getOrDefault("format", "") + "', expected '" + FORMAT + "'");
        }
        TransitionSpace space = space(path, header);
        EnergyArchitecture architecture = parsed(path, header, "architecture", EnergyArchitecture.class,
                shape -> shape);
        requireHead(file, space, architecture);
        Normaliser normaliser = Normaliser.read(file, "normaliser.", space.observationSize(), space.actionSize(),
                architecture.longest());
        EnergyModel model = new EnergyModel(header.getOrDefault("name", path.toString()), space, architecture,
                normaliser, new TorchRandom(0));
        try {
            model.parameters().load(file, "");
            if (!model.parameters().allFinite()) {
                throw new IllegalArgumentException(
                        "the transition model in " + path + " has weights that are not finite numbers");
            }
            model.origin(header.getOrDefault("first-weights", ""));
            model.beta(beta(path, header.getOrDefault("beta", "1")));
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static double beta(Path path, String text) {
        try {
            double beta = Double.parseDouble(text);
            if (beta > 0 && Double.isFinite(beta)) {
                return beta;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(unreadable(path, "beta", text), e);
        }
        throw new IllegalArgumentException(unreadable(path, "beta", text));
    }

    /** A header may promise any network; only the one that the file holds is made. */
    private static void requireHead(SafetensorsFile file, TransitionSpace space, EnergyArchitecture architecture) {
        long width = architecture.width();
        file.tensor("head.fixed.weight", architecture.encoder().size(space.observationSize(), space.actionSize()),
                width)
                .close();
        file.tensor("head.varying.weight", space.targetSize(), width).close();
        for (int layer = 1; layer <= architecture.depth(); layer++) {
            file.tensor("head." + layer + ".weight", width, layer < architecture.depth() ? width : 1).close();
        }
    }

    /**
     * What a header tells in JSON.
     *
     * @throws IllegalArgumentException if it tells nothing of the kind
     */
    public static <T> T parsed(Path path, Map<String, String> header, String key, Class<T> type) {
        return parsed(path, header, key, type, value -> value);
    }

    private static <T, R> R parsed(Path path, Map<String, String> header, String key, Class<T> type,
            Function<T, R> meaning) {
        String text = header.getOrDefault(key, "");
        try {
            T value = JSON.readValue(text, type);
            if (value != null) {
                return meaning.apply(value);
            }
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            throw new IllegalArgumentException(unreadable(path, key, text), e);
        }
        throw new IllegalArgumentException(unreadable(path, key, text));
    }

    private static String unreadable(Path path, String key, String text) {
        return "the transition model in " + path + " has a " + key + " that cannot be read: '" + text + "'";
    }
}
