package org.emfuse.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Names;
import org.emfuse.rl.etm.EncoderKind;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.ModelRun;
import org.emfuse.rl.etm.ModelTraining;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.gaussian.GaussianArchitecture;
import org.emfuse.rl.gaussian.GaussianConfig;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.gaussian.GaussianTraining;
import org.emfuse.rl.policy.PolicySpace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of training a transition model, and the training. */
final class TransitionModelOptions {

    /** Of all of these options but that of the kind. */
    static final List<String> NAMES = List.of("--slices", "--head", "--members", "--negatives", "--chain-steps",
            "--patience", "--precision", "--name");

    private static final List<String> OF_ENERGIES = List.of("--negatives", "--chain-steps", "--precision");

    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec spec;

    private static final int SLICES = 5;
    private static final List<String> KINDS = Stream
            .concat(Stream.of(EncoderKind.ATTENTION, EncoderKind.GRU, EncoderKind.PAIR).map(EncoderKind::id),
                    Stream.of(GaussianKind.ENSEMBLE, GaussianKind.ANY_STEP).map(GaussianKind::id))
            .toList();

    @Option(names = "--model", paramLabel = "KIND", description = "Learn a transition model of the data instead of a policy: adetm (energy-based, slices of up to --slices actions), adetm-gru (the same with a recurrent unit), etm (one action), ensemble (Gaussian networks, one action), gaussian (one recurrent Gaussian network, slices).")
    @Nullable
    private String kind;

    @Option(names = "--slices", paramLabel = "K", description = "Of a model: the longest slice. Default: 5; 1 for etm and ensemble.")
    @Nullable
    private Integer slices;

    @Option(names = "--head", paramLabel = "WIDTHxDEPTH", defaultValue = "200x4", description = "Of a model: hidden layers of the energy, or of the Gaussian network. Default: ${DEFAULT-VALUE}.")
    private String head = "200x4";

    @Option(names = "--members", paramLabel = "N", description = "Of an ensemble: its networks; the five best predict. Default: 7.")
    @Nullable
    private Integer members;

    @Option(names = "--negatives", paramLabel = "N", defaultValue = "16", description = "Of an energy: chains per slice that make negatives. Default: ${DEFAULT-VALUE}.")
    private int negatives;

    @Option(names = "--chain-steps", paramLabel = "N", defaultValue = "50", description = "Of an energy: steps of these chains. Default: ${DEFAULT-VALUE}.")
    private int chainSteps;

    @Mixin
    private PatienceOption patience = new PatienceOption();

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Option(names = "--name", paramLabel = "NAME", description = "Of a model, for messages and tables. Default: that of the folder.")
    @Nullable
    private String name;

    /** Whether a transition model is asked for. */
    boolean asked() {
        return kind != null;
    }

    /** The training of the kind that was asked for. */
    private ModelTraining training(Request request) {
        String chosen = Names.known("transition model", kind == null ? "" : kind, KINDS);
        String named = nameOf(request.folder);
        if (chosen.equals(GaussianKind.ENSEMBLE.id()) || chosen.equals(GaussianKind.ANY_STEP.id())) {
            requireNoneOfEnergies(chosen);
            return new GaussianTraining(named, gaussian(chosen, request), space(request), request.data);
        }
        requireNoMembers();
        EnergyConfig config = EnergyConfig.of(energy(chosen), request.updates, request.seed, request.data.contentHash())
                .withBatch(request.batch, negatives, chainSteps)
                .withChains(Langevin.negatives().withSteps(chainSteps), precision.type()).withCosine();
        config = config.withEvaluation(PatienceOption.every(config, request.evaluateEvery),
                patience.of(config, request.evaluateEvery), config.evaluationRows());
        return new EnergyTraining(named, config, space(request), request.data, request.threads);
    }

    private void requireNoneOfEnergies(String chosen) {
        List<String> idle = OutputOptions.given(spec, OF_ENERGIES);
        if (!idle.isEmpty()) {
            throw new IllegalArgumentException(
                    "--model " + chosen + " learns by likelihood, without negatives: leave out "
                            + String.join(", ", idle));
        }
    }

    private EnergyArchitecture energy(String chosen) {
        EncoderKind encoder = Arrays.stream(EncoderKind.values()).filter(each -> each.id().equals(chosen)).findFirst()
                .orElseThrow();
        int[] layers = layers();
        return new EnergyArchitecture(encoder, longest(encoder == EncoderKind.PAIR), layers[0], layers[1]);
    }

    private GaussianConfig gaussian(String chosen, Request request) {
        int[] layers = layers();
        GaussianArchitecture architecture;
        if (chosen.equals(GaussianKind.ENSEMBLE.id())) {
            GaussianArchitecture published = GaussianArchitecture.ensemble();
            int all = members == null ? published.members() : members;
            architecture = new GaussianArchitecture(GaussianKind.ENSEMBLE, longest(true), all,
                    Math.min(all, published.elites()), layers[0], layers[1]);
        } else {
            requireNoMembers();
            architecture = GaussianArchitecture.anyStep(longest(false)).withLayers(layers[0], layers[1]);
        }
        GaussianConfig config = GaussianConfig.of(architecture, request.updates, request.seed,
                request.data.contentHash());
        return config.withBatch(request.batch, config.rate()).withEvaluation(
                PatienceOption.every(config, request.evaluateEvery), patience.of(config, request.evaluateEvery),
                config.evaluationRows());
    }

    private int longest(boolean oneAction) {
        return slices != null ? slices : oneAction ? 1 : SLICES;
    }

    private void requireNoMembers() {
        if (members != null) {
            throw new IllegalArgumentException("--members belongs to --model ensemble, found --model " + kind);
        }
    }

    private int[] layers() {
        String[] sizes = head.split("x", -1);
        try {
            if (sizes.length == 2) {
                return new int[]{Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1])};
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--head takes WIDTHxDEPTH such as 200x4, found '" + head + "'", e);
        }
        throw new IllegalArgumentException("--head takes WIDTHxDEPTH such as 200x4, found '" + head + "'");
    }

    /** Everything else that a training of a model needs. */
    record Request(Path folder, Transitions data, @Nullable String env, List<Double> actionScale, long updates,
            @Nullable Long evaluateEvery, int batch, long seed, int threads, boolean resume,
            double checkpointSeconds) {}

    /**
     * Trains a model.
     *
     * @return whether it was finished
     */
    boolean train(Request request, OutputOptions output, Interrupt interrupt) {
        try (ModelRun<ModelTraining> run = ModelRun.open(request.folder, () -> training(request), request.resume,
                request.checkpointSeconds)) {
            boolean whole;
            try (Progress progress = new Progress(output, "updates", request.updates, run.training().steps())) {
                String[] last = {""};
                whole = run.train(interrupt, step -> {
                    if (step.error() != null) {
                        last[0] = String.format(Locale.ROOT, "hold-out error %.3f", step.error().mean());
                    }
                    progress.to(step.steps(), last[0]);
                });
            }
            if (whole) {
                report(run, run.finish(), output);
            }
            return whole;
        }
    }

    private String nameOf(Path folder) {
        return name != null ? name : String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    private static TransitionSpace space(Request request) {
        return request.env != null
                ? TransitionSpace.of(Environments.spec(request.env))
                : TransitionSpace.of(PolicySpace.unnamed(request.data.observationSize(),
                        request.actionScale.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static void report(ModelRun<ModelTraining> run, PredictionError error, OutputOptions output) {
        if (!output.jsonOnly()) {
            output.out()
                    .println("Error of predictions on data kept apart, as a share of the targets' standard deviation:");
            output.out().print(table(run, error));
            if (run.training().stoppedEarly()) {
                output.out().println("stopped early after " + run.training().steps() + " of "
                        + run.training().config().updates() + " updates: no better error in "
                        + run.training().config().patience() + " measurements");
            }
            output.out().println(run.modelFile());
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("model", run.modelFile().toString());
        result.put("model_sha256", Sha256.of(run.modelFile()));
        result.put("updates", run.training().steps());
        result.put("stopped_early", run.training().stoppedEarly());
        result.put("error", error);
        result.put("run", RlRecord.of("rl train", output.arguments(), run.training().config().seed(),
                run.training().config(), Map.of("data", run.training().config().data())));
        output.writeJson(result);
    }

    private static String table(ModelRun<ModelTraining> run, PredictionError error) {
        TransitionSpace space = run.training().space();
        String[] headings = new String[space.targetSize() + 1];
        headings[0] = "actions";
        for (int j = 0; j < space.observationSize(); j++) {
            headings[j + 1] = space.observations().get(j).name();
        }
        headings[space.targetSize()] = "reward";
        Table table = new Table(headings);
        DoubleFunction<String> number = value -> String.format(Locale.ROOT, "%.4f", value);
        IntStream.range(0, error.normalised().length).forEach(m -> {
            List<String> cells = Arrays.stream(error.normalised()[m]).mapToObj(number)
                    .collect(Collectors.toList());
            cells.addFirst(Integer.toString(m + 1));
            table.add(cells.toArray(String[]::new));
        });
        return table.toString();
    }
}
