package org.emfuse.rl.gaussian;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import tools.jackson.databind.json.JsonMapper;

/**
 * A trained Gaussian transition model as one safetensors file: the network's tensors, of an ensemble {@code member.N.weight}
 * [members, in, out]; the bounds of the log-variance; the normaliser's under {@code normaliser.}; the members' errors on data
 * kept apart, which say who the elites are; in the header its shape and the coordinates that it speaks of.
 */
public final class GaussianModelFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ERRORS = "errors";

    private GaussianModelFile() {}

    private static String format(GaussianKind kind) {
        return switch (kind) {
            case ENSEMBLE -> "emfuse-gaussian-ensemble-1";
            case ANY_STEP -> "emfuse-any-step-gaussian-1";
        };
    }

    /** The kind of model that a file's header tells; empty where it is no Gaussian model. */
    public static Optional<GaussianKind> kind(Map<String, String> header) {
        return Arrays.stream(GaussianKind.values()).filter(kind -> format(kind).equals(header.get("format")))
                .findFirst();
    }

    /**
     * Writes a model.
     *
     * @param extra further texts for the header
     * @throws IllegalArgumentException if the members' errors were never measured
     */
    public static void write(Path path, GaussianModel model, Map<String, String> extra) {
        double[] errors = model.errors();
        if (Arrays.stream(errors).anyMatch(error -> !Double.isFinite(error))) {
            throw new IllegalArgumentException("the model " + model.name()
                    + " has members whose errors on data kept apart were not measured; train it first");
        }
        Map<String, String> header = new LinkedHashMap<>();
        header.put("format", format(model.architecture().kind()));
        header.put("name", model.name());
        header.put("space", EnergyModelFile.written(model.space()));
        header.put("architecture", JSON.writeValueAsString(model.architecture()));
        header.putAll(extra);
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(model.parameters().named(""));
            tensors.putAll(model.normaliser().named("normaliser."));
            tensors.put(ERRORS, Tensors.of(errors, errors.length));
            SafetensorsFile.write(path, tensors, header);
        }
    }

    /**
     * Reads a model; the caller closes it.
     *
     * @param kind that is expected
     * @throws IllegalArgumentException if the file is not a model of this kind, or has numbers that are of no use
     */
    public static GaussianModel read(Path path, GaussianKind kind) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, String> header = file.metadata();
        if (!format(kind).equals(header.get("format"))) {
            throw new IllegalArgumentException("the file " + path + " is not a Gaussian transition model of kind '"
                    + kind.id() + "': its header has format '" + header.getOrDefault("format", "") + "', expected '"
                    + format(kind) + "'");
        }
        TransitionSpace space = EnergyModelFile.space(path, header);
        GaussianArchitecture architecture = EnergyModelFile.parsed(path, header, "architecture",
                GaussianArchitecture.class);
        if (architecture.kind() != kind) {
            throw new IllegalArgumentException("the file " + path + " contradicts itself: its format is of kind '"
                    + kind.id() + "', its architecture of kind '" + architecture.kind().id() + "'");
        }
        Parameters.Builder promised = new Parameters.Builder();
        GaussianModel.declare(promised, space, architecture);
        promised.requireIn(file, ""); // a header may promise any network; only the one that the file holds is made
        double[] errors = errors(path, file, architecture.members());
        GaussianModel model = new GaussianModel(header.getOrDefault("name", path.toString()), space, architecture,
                Normaliser.read(file, "normaliser.", space.observationSize(), space.actionSize(),
                        architecture.longest()),
                new TorchRandom(0));
        try {
            model.parameters().load(file, "");
            if (!model.parameters().allFinite()) {
                throw new IllegalArgumentException(
                        "the transition model in " + path + " has weights that are not finite numbers");
            }
            for (int i = 0; i < errors.length; i++) {
                model.error(i, errors[i]);
            }
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static double[] errors(Path path, SafetensorsFile file, int members) {
        try (Tensor tensor = file.tensor(ERRORS, members)) {
            double[] errors = tensor.toDoubles();
            if (Arrays.stream(errors).anyMatch(error -> !(error >= 0 && Double.isFinite(error)))) {
                throw new IllegalArgumentException("the transition model in " + path + " has members' errors "
                        + Arrays.toString(errors) + "; finite numbers >= 0 are expected");
            }
            return errors;
        }
    }
}
