package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.ExpertAgreement;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.Resilient;
import org.emfuse.rl.env.Names;
import org.emfuse.rl.experiment.SimulatorConfig;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.gaussian.AnyStepGaussian;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A simulator of one or several models, and the logs that it begins in. */
final class SimulatorOptions {

    private static final List<String> OF_ENERGIES = List.of("--weights", "--calibrate", "--next", "--uncertainty",
            "--divergence", "--spread", "--chain", "--prediction-steps", "--precision");

    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "FILE", description = "A transition model (model.safetensors, or the folder of its training); several are fused, which Gaussian ones cannot be. Repeatable.")
    private List<Path> models = List.of();

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "Logs (HDF5), those of each model's domain in the models' order, or one file of all; with one model any number. Repeatable.")
    private List<Path> data = List.of();

    @Option(names = "--weights", paramLabel = "W", defaultValue = "uniform", description = "Of several models: uniform, precision (by each one's uncertainty at each state), or nearest (the least uncertain one alone). Default: ${DEFAULT-VALUE}.")
    private String weights = "uniform";

    @Option(names = "--calibrate", description = "Sum the models' energies on the scales of likelihoods, as measured when they were trained.")
    private boolean calibrate;

    @Option(names = "--next", paramLabel = "N", defaultValue = "random", description = "Which prediction a trajectory goes on with: that of a random slice, one-step, the mean, or noisy (a random slice's, with noise). Default: ${DEFAULT-VALUE}.")
    private String next = "random";

    @Option(names = "--uncertainty", paramLabel = "U", defaultValue = "slices", description = "Where it comes from: slices (those of the fused energy), sum or max (of the experts' own). Default: ${DEFAULT-VALUE}.")
    private String uncertainty = "slices";

    @Option(names = "--divergence", paramLabel = "D", defaultValue = "rms", description = "Its form: rms (root mean square), or msd (mean squared distance). Default: ${DEFAULT-VALUE}.")
    private String divergence = "rms";

    @Option(names = "--spread", paramLabel = "K", defaultValue = "0", description = "It grows by K times the distance between the experts' own predictions. Default: ${DEFAULT-VALUE}.")
    private double spread;

    @Option(names = "--chain", paramLabel = "C", defaultValue = "resilient", description = "How predictions are found: resilient (steps by what the slopes do), langevin (a schedule of steps), or official (as published). Default: ${DEFAULT-VALUE}.")
    private String chain = "resilient";

    @Option(names = "--prediction-steps", paramLabel = "N", description = "Steps of the chain. Default: 12, or 30 with a schedule.")
    @Nullable
    private Integer steps;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    /** Hashes of what the files of the logs hold, which training records. */
    private final List<String> contents = new ArrayList<>();

    /**
     * The logs of each file, each ended where its file ends: no episode goes on in the next file.
     *
     * @throws IllegalArgumentException if they differ in their coordinates
     */
    List<Transitions> logs(OutputOptions output) {
        List<Transitions> logs = new ArrayList<>();
        for (Path file : data) {
            D4rlFile read = D4rlFile.read(file);
            read.notes().forEach(output::notice);
            contents.add(read.transitions().contentHash());
            logs.add(read.transitions().ended());
        }
        Transitions first = logs.getFirst();
        for (int i = 1; i < logs.size(); i++) {
            logs.get(i).requireSizes("the log " + data.get(i), first.observationSize(), first.actionSize(),
                    data.getFirst().toString(), "give logs of one environment");
        }
        return logs;
    }

    /** Which models were trained on exactly one of the logs that were read, by their contents: one sentence for each. */
    List<String> known() {
        List<String> known = new ArrayList<>();
        for (Path file : files()) {
            Map<String, String> header = SafetensorsFile.open(file).metadata();
            for (int i = 0; i < contents.size(); i++) {
                if (contents.get(i).equals(header.get("data"))) {
                    known.add("the model " + header.getOrDefault("name", file.toString()) + " was trained on most of "
                            + dataNames().get(i) + ": its errors there are not those of new data; for these name logs"
                            + " of other episodes");
                }
            }
        }
        return known;
    }

    /** The files of the models. */
    List<Path> files() {
        return models.stream().map(path -> Files.isDirectory(path) ? path.resolve("model.safetensors") : path).toList();
    }

    /** Of the content of logs and of which file holds what of it, on which the experts' weights depend. */
    static String hash(List<Transitions> logs) {
        return logs.size() == 1
                ? logs.getFirst().contentHash()
                : Sha256.of(String.join(" ", logs.stream().map(Transitions::contentHash).toList()));
    }

    /** The names of the logs' files. */
    List<String> dataNames() {
        return data.stream().map(path -> String.valueOf(path.getFileName())).toList();
    }

    private PredictionRule.Weights weighting() {
        return switch (Names.known("weights of models", weights, List.of("uniform", "precision", "nearest"))) {
            case "precision" -> PredictionRule.Weights.PRECISION;
            case "nearest" -> PredictionRule.Weights.NEAREST;
            default -> PredictionRule.Weights.FIXED;
        };
    }

    /** How the models become a simulator. */
    SimulatorConfig config() {
        return new SimulatorConfig(predictions(), precision.type(), weighting(), calibrate,
                PredictionRule.Next.of(next), uncertainty(),
                form(), spread);
    }

    private PredictionRule.Uncertainty uncertainty() {
        return switch (Names.known("uncertainty", uncertainty, List.of("slices", "sum", "max"))) {
            case "sum" -> PredictionRule.Uncertainty.SUM;
            case "max" -> PredictionRule.Uncertainty.MAX;
            default -> PredictionRule.Uncertainty.SLICES;
        };
    }

    private HistoryDivergence.Form form() {
        return Names.known("divergence", divergence, List.of("rms", "msd")).equals("msd")
                ? HistoryDivergence.Form.MEAN_SQUARE
                : HistoryDivergence.Form.ROOT_MEAN_SQUARE;
    }

    private Chain predictions() {
        String known = Names.known("chain", chain, List.of("resilient", "langevin", "official"));
        int n = steps != null ? steps : known.equals("resilient") ? 12 : 30;
        return switch (known) {
            case "langevin" -> Langevin.prediction(n);
            case "official" -> Langevin.official(n);
            default -> Resilient.prediction(n);
        };
    }

    /** The simulator of all models. */
    Dynamics open(List<Transitions> logs, double[] unit, LangevinSampler sampler) {
        return open(files(), logs, unit, sampler);
    }

    /** The simulator of some of them. */
    Dynamics open(List<Path> some, List<Transitions> logs, double[] unit, LangevinSampler sampler) {
        if (models.size() > 1 && logs.size() != 1 && logs.size() != models.size()) {
            throw new IllegalArgumentException("expected one --data for all models or one per model, found "
                    + logs.size() + " for " + models.size() + " models");
        }
        Dynamics dynamics = Simulators.open(some,
                some.size() == logs.size() ? logs : List.of(Transitions.concat(logs)),
                config(), unit, sampler);
        if (!(dynamics instanceof EnergyDynamics)) {
            List<String> idle = OutputOptions.given(spec, OF_ENERGIES).stream()
                    .filter(option -> !(option.equals("--next") && slices(dynamics))).toList();
            if (!idle.isEmpty()) {
                dynamics.close();
                throw new IllegalArgumentException(
                        "the model " + dynamics.name() + " gives a normal distribution and no"
                                + " energy, so that " + String.join(", ", idle) + " cannot change it; leave that out");
            }
        }
        return dynamics;
    }

    /** Whether it goes on with slices; noise is in all draws of a Gaussian model. */
    private boolean slices(Dynamics dynamics) {
        return dynamics instanceof AnyStepGaussian && PredictionRule.Next.of(next) != PredictionRule.Next.NOISY_STATE;
    }

    /** Whether the experts of a simulator of several models agree after logged histories; null of one model. */
    static @Nullable ExpertAgreement agreement(List<Path> some, Dynamics dynamics, Transitions logs, int histories,
            long seed) {
        return some.size() > 1 && dynamics instanceof EnergyDynamics energies
                ? ExpertAgreement.of(energies, logs, histories, RandomStream.of(seed, "agreement"))
                : null;
    }

    /** The simulators to compare: that of each model alone and, where there are several, that of all. */
    List<List<Path>> each() {
        List<List<Path>> each = new ArrayList<>();
        files().forEach(file -> each.add(List.of(file)));
        if (each.size() > 1) {
            each.add(files());
        }
        return each;
    }

    /** What such a simulator is called in tables. */
    static String called(List<Path> some, Dynamics dynamics) {
        return some.size() > 1 ? "fused" : dynamics.name();
    }

    /** What it is made of, for records. */
    Map<String, String> inputs() {
        Map<String, String> inputs = new LinkedHashMap<>();
        files().forEach(file -> inputs.put(file.toString(), Sha256.of(file)));
        data.forEach(file -> inputs.put(file.toString(), Sha256.of(file)));
        return inputs;
    }

    /** A number for a table. */
    static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
}
