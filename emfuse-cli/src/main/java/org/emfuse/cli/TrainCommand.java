package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.LearningSettings;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.train.ActionScale;
import org.emfuse.rl.train.OfflineConfig;
import org.emfuse.rl.train.OfflineRun;
import org.emfuse.rl.train.OnlineConfig;
import org.emfuse.rl.train.OnlineRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns a policy, in an environment or from stored data, or a transition model of stored data. */
@Command(name = "train", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Learns a policy in an environment or from stored data, or a transition model of stored data.",
    "In an environment by soft actor-critic, from data (--data) by one of five algorithms; with --model, "
            + "a transition model, to be fused with others and learned in (emfuse rl policy).",
    "Ctrl-C writes a checkpoint and stops; --resume goes on, and ends as if it had not been stopped.",
    ""}, footer = {"",
        "Examples:", "  emfuse rl train --env Pendulum-v1 --output runs/pendulum",
        "  emfuse rl train --env Pendulum-v1 --output runs/pendulum --resume",
        "  emfuse rl train --model adetm --data swingup.hdf5 --env Pendulum-v1 --output models/swingup",
        "  emfuse rl train --data swingup.hdf5 --algorithm iql --env Pendulum-v1 --steps 20000 --output runs/iql"})
final class TrainCommand implements Callable<Integer> {

    private static final long OFFLINE_STEPS = 20_000;
    private static final long MODEL_UPDATES = 2_000;
    private static final List<String> OF_POLICIES = List.of("--algorithm", "--gamma", "--hidden", "--random-steps",
            "--evaluation-episodes", "--final-episodes");

    @Option(names = "--env", paramLabel = "ID", description = "The environment; emfuse rl envs lists them. With --data it may be left out: then nothing is evaluated.")
    @Nullable
    private String env;

    @Option(names = "--data", paramLabel = "FILE", description = "Learn from this data set (HDF5) instead of acting.")
    @Nullable
    private Path data;

    @Option(names = "--algorithm", paramLabel = "NAME", defaultValue = "sac", description = "sac; with --data also bc (behaviour cloning), bc-gaussian (the same by likelihood), td3bc, iql, sac-simulators (sac with the rates that it has in simulators). Default: ${DEFAULT-VALUE}.")
    private String algorithm = "sac";

    @Option(names = "--steps", paramLabel = "N", description = "Steps; each is one update. Default: what the environment needs, or 20000 with --data.")
    @Nullable
    private Long steps;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", required = true, paramLabel = "FOLDER", description = "For checkpoint, metrics, policy and result.")
    private Path folder = Path.of("");

    @Option(names = "--resume", description = "Go on with the run in the folder.")
    private boolean resume;

    @Option(names = "--gamma", paramLabel = "G", description = "Discount per step. Default: the environment's, or 0.99.")
    @Nullable
    private Double gamma;

    @Option(names = "--hidden", paramLabel = "N", split = ",", defaultValue = "256,256", description = "Sizes of the hidden layers. Default: ${DEFAULT-VALUE}.")
    private List<Integer> hidden = List.of();

    @Option(names = "--batch", paramLabel = "N", defaultValue = "256", description = "Transitions per update. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--random-steps", paramLabel = "N", defaultValue = "1000", description = "Random steps before the first update, without --data. Default: ${DEFAULT-VALUE}.")
    private long randomSteps;

    @Option(names = "--action-scale", paramLabel = "X", split = ",", description = "Largest value of each action coordinate, for data without an environment. Default: the largest in the data.")
    private List<Double> actionScale = List.of();

    @Option(names = "--evaluate-every", paramLabel = "N", description = "Steps between evaluations; of a model, updates between measurements of its error. Default: a fifteenth of all steps, a tenth with --data.")
    @Nullable
    private Long evaluateEvery;

    @Option(names = "--evaluation-episodes", paramLabel = "N", defaultValue = "10", description = "Episodes of each evaluation on the way. Default: ${DEFAULT-VALUE}.")
    private int evaluationEpisodes;

    @Option(names = "--final-episodes", paramLabel = "N", defaultValue = "100", description = "Episodes of the evaluation at the end. Default: ${DEFAULT-VALUE}.")
    private int finalEpisodes;

    @Option(names = "--checkpoint-seconds", paramLabel = "X", defaultValue = "60", description = "Between checkpoints. Default: ${DEFAULT-VALUE}.")
    private double checkpointSeconds;

    @Option(names = "--threads", paramLabel = "N", description = "For matrix products. More than 1 pays only for large networks on an idle machine. Default: 1.")
    @Nullable
    private Integer threads;

    @Mixin
    private TransitionModelOptions model = new TransitionModelOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (resume && !Files.exists(folder.resolve("checkpoint.safetensors"))) {
            output.notice("there is no checkpoint in " + folder + "; the run begins at its first step");
        }
        if (!(checkpointSeconds > 0)) {
            throw new IllegalArgumentException("--checkpoint-seconds must be > 0, found " + checkpointSeconds);
        }
        if (data == null && env == null) {
            throw new IllegalArgumentException(
                    "nothing to learn from: give --env ID to act in an environment, or --data"
                            + " FILE to learn from stored data");
        }
        if (model.asked()) {
            requireNotGiven(OF_POLICIES, "to policies: leave out --model, or");
            if (env != null) {
                requireNotGiven(List.of("--action-scale"), "to data without an environment: leave out --env, or");
            }
            try (TorchThreads _ = TorchThreads.independent(); Interrupt interrupt = new Interrupt()) {
                return model(interrupt);
            }
        }
        requireNotGiven(TransitionModelOptions.NAMES, "to transition models: add --model KIND, or");
        if (data == null) {
            requireNotGiven(List.of("--action-scale"), "to stored data: add --data FILE, or");
        } else {
            requireNotGiven(List.of("--random-steps"), "to learning in an environment: leave out --data, or");
        }
        try (TorchThreads _ = threads == null
                ? TorchThreads.one()
                : TorchThreads.one(new TorchThreads.Counts(threads, 1));
                Interrupt interrupt = new Interrupt()) {
            return data == null ? online(interrupt) : offline(data, interrupt);
        }
    }

    private void requireNotGiven(List<String> options, String belong) {
        List<String> idle = output.given(options);
        if (!idle.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", idle) + (idle.size() > 1 ? " belong " : " belongs ") + belong
                            + " leave " + (idle.size() > 1 ? "them" : "it") + " out");
        }
    }

    private int online(Interrupt interrupt) {
        if (!algorithm.equals("sac")) {
            OfflineAlgorithm known = OfflineAlgorithm.of(algorithm);
            throw new IllegalArgumentException(known.id() + " learns from stored data: add --data FILE");
        }
        OnlineConfig config = onlineConfig();
        try (OnlineRun run = OnlineRun.open(folder, config, resume, checkpointSeconds)) {
            boolean whole;
            try (Progress progress = new Progress(output, "steps", config.steps(), run.training().steps())) {
                String[] last = {""};
                whole = run.train(interrupt, step -> {
                    if (step.episodeEnded()) {
                        last[0] = String.format(Locale.ROOT, "last return %.4g", step.episodeReturn());
                    }
                    progress.to(step.steps(), last[0]);
                });
            }
            if (!whole) {
                return stopped(run.training().steps(), config.steps());
            }
            report(run.training().spec(), run.finish());
        }
        return 0;
    }

    private OnlineConfig onlineConfig() {
        EnvSpec spec = Environments.spec(env == null ? "" : env);
        LearningSettings learning = Environments.learning(spec.id());
        long all = steps == null ? learning.steps() : steps;
        SacConfig sac = SacConfig.online().withGamma(gamma == null ? learning.gamma() : gamma).withHidden(hidden)
                .withBatch(batch);
        return new OnlineConfig(spec.id(), sac, all, randomSteps, Math.clamp(all, 1, 1_000_000),
                evaluateEvery == null ? Math.max(1, all / 15) : evaluateEvery, evaluationEpisodes, finalEpisodes, seed);
    }

    private int model(Interrupt interrupt) {
        if (data == null) {
            throw new IllegalArgumentException("a transition model is learned from stored data: add --data FILE");
        }
        D4rlFile read = D4rlFile.read(data);
        read.notes().forEach(output::notice);
        long all = steps == null ? MODEL_UPDATES : steps;
        boolean whole = model.train(
                new TransitionModelOptions.Request(folder, read.transitions(),
                        env == null ? null : Environments.spec(env).id(),
                        env == null
                                ? Arrays.stream(ActionScale.of(read.transitions(), actionScale)).boxed().toList()
                                : List.of(),
                        all,
                        evaluateEvery, batch, seed,
                        threads == null ? Runtime.getRuntime().availableProcessors() : threads, resume,
                        checkpointSeconds),
                output, interrupt);
        if (!whole) {
            output.notice("stopped; the same command with --resume goes on");
            return Failures.FAILURE;
        }
        return 0;
    }

    private int offline(Path file, Interrupt interrupt) {
        OfflineAlgorithm chosen = OfflineAlgorithm.of(algorithm);
        EnvSpec spec = env == null ? null : Environments.spec(env);
        D4rlFile read = D4rlFile.read(file);
        read.notes().forEach(output::notice);
        Transitions logged = read.transitions();
        long all = steps == null ? OFFLINE_STEPS : steps;
        OfflineConfig config = new OfflineConfig(chosen, spec == null ? "" : spec.id(), logged.contentHash(),
                actionScale, all, batch, hidden, gamma == null ? 0.99 : gamma,
                evaluateEvery == null ? Math.max(1, all / 10) : evaluateEvery, evaluationEpisodes, finalEpisodes, seed);
        try (OfflineRun run = OfflineRun.open(folder, config, logged, resume, checkpointSeconds)) {
            boolean whole;
            try (Progress progress = new Progress(output, "updates", all, run.training().steps())) {
                whole = run.train(interrupt, step -> progress.to(step.steps(), ""));
            }
            if (!whole) {
                return stopped(run.training().steps(), all);
            }
            report(spec, run.finish().orElse(null));
        }
        return 0;
    }

    private int stopped(long done, long all) {
        output.notice("stopped after " + done + " of " + all + " steps; the same command with --resume goes on");
        return Failures.FAILURE;
    }

    private void report(@Nullable EnvSpec spec, Evaluation.@Nullable Result result) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("folder", folder.toString());
        summary.put("policy", folder.resolve("policy.safetensors").toString());
        summary.put("policy_sha256", Sha256.of(folder.resolve("policy.safetensors")));
        if (spec != null && result != null) {
            summary.put("env", spec.id());
            summary.put("episodes", result.returns().length);
            summary.put("mean", result.mean());
            summary.put("score", spec.reference().normalise(result.mean()));
        }
        summary.put("seed", seed);
        summary.put("algorithm", algorithm);
        if (!output.jsonOnly()) {
            if (spec != null && result != null) {
                output.out().printf(Locale.ROOT, "return %.4g over %d episodes, score %.1f (0 random, 100 reference)%n",
                        result.mean(), result.returns().length, spec.reference().normalise(result.mean()));
            }
            output.out().println("policy, result and metrics are in " + folder);
            output.out().flush();
        }
        output.writeJson(summary);
    }
}
