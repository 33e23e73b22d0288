package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.ExpertAgreement;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.experiment.SimulatorConfig;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.rollout.PolicyConfig;
import org.emfuse.rl.rollout.PolicyRun;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns a policy in a simulator of transition models. */
@Command(name = "policy", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Learns a policy by soft actor-critic in a simulator: one transition model, or several fused.",
    "Rollouts begin in logged states. With --env the policy is scored in that environment. Ctrl-C writes "
            + "a checkpoint; --resume goes on.",
    ""}, footer = {"", "Example:",
        "  emfuse rl policy --model models/a --model models/b --data a.hdf5 --data b.hdf5 --env Pendulum-v1 --output runs/ab"})
final class PolicyCommand implements Callable<Integer> {

    /** Logged histories after which experts are compared. */
    private static final int HISTORIES = 300;

    @Mixin
    private SimulatorOptions simulator = new SimulatorOptions();

    @Option(names = "--env", paramLabel = "ID", description = "The environment to score in, whose rule ends rollouts. Without it nothing is scored, and rollouts never end early.")
    @Nullable
    private String env;

    @Option(names = "--updates", paramLabel = "N", defaultValue = "20000", description = "Of the policy. Default: ${DEFAULT-VALUE}.")
    private long updates;

    @Option(names = "--rollouts", paramLabel = "N", defaultValue = "1000", description = "Trajectories of each refresh. Default: ${DEFAULT-VALUE}.")
    private int rollouts;

    @Option(names = "--horizon", paramLabel = "H", defaultValue = "5", description = "Steps of a trajectory. Default: ${DEFAULT-VALUE}.")
    private int horizon;

    @Option(names = "--refresh-every", paramLabel = "N", defaultValue = "1000", description = "Updates between refreshes. Default: ${DEFAULT-VALUE}.")
    private long refreshEvery;

    @Option(names = "--real-share", paramLabel = "X", defaultValue = "0", description = "Share of each batch that is logged transitions. Default: ${DEFAULT-VALUE}.")
    private double realShare;

    @Option(names = "--penalty", paramLabel = "C", defaultValue = "0", description = "What uncertainty costs, in standard deviations of the reward per usual uncertainty. Default: ${DEFAULT-VALUE}.")
    private double penalty;

    /** Where uncertainty is paid for (spec 06 §4). */
    enum PenaltyForm {
        /** In the rewards of rollouts: {@code r - c u}. */
        REWARD,
        /** In the critics' targets: {@code r - c clip(Q'/100, 0, 1) u}, so that states without value cost nothing. */
        TARGET
    }

    @Option(names = "--penalty-form", paramLabel = "FORM", defaultValue = "reward", description = "Where it is paid: reward (in the rewards of rollouts), or target (in the critics' targets, less where the value is low). Default: ${DEFAULT-VALUE}.")
    private PenaltyForm form = PenaltyForm.REWARD;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--final-episodes", paramLabel = "N", defaultValue = "100", description = "Episodes of the score at the end. Default: ${DEFAULT-VALUE}.")
    private int finalEpisodes;

    @Option(names = "--output", required = true, paramLabel = "FOLDER", description = "For checkpoint, metrics, policy and result.")
    private Path folder = Path.of("");

    @Option(names = "--resume", description = "Go on with the run in the folder.")
    private boolean resume;

    @Option(names = "--checkpoint-seconds", paramLabel = "X", defaultValue = "60", description = "Between checkpoints. Default: ${DEFAULT-VALUE}.")
    private double checkpointSeconds;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (!(checkpointSeconds > 0)) {
            throw new IllegalArgumentException("--checkpoint-seconds must be > 0, found " + checkpointSeconds);
        }
        EnvSpec spec = env == null ? null : Environments.spec(env);
        List<Transitions> logs = simulator.logs(output);
        Transitions all = Transitions.concat(logs);
        double[] unit = Simulators.stateUnits(all);
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Runtime.getRuntime().availableProcessors());
                Dynamics dynamics = simulator.open(logs, unit, new LangevinSampler(workers));
                Interrupt interrupt = new Interrupt()) {
            double price = Simulators.price(penalty, dynamics, all, unit);
            ExpertAgreement agreement = SimulatorOptions.agreement(simulator.files(), dynamics, all, HISTORIES, seed);
            if (agreement != null) {
                agreement.notes().forEach(note -> output.notice("on the logs " + note));
            }
            boolean inTarget = form == PenaltyForm.TARGET;
            PolicyConfig config = new PolicyConfig(spec == null ? "" : spec.id(),
                    simulator.files().stream().map(Sha256::of).toList(), SimulatorOptions.hash(logs), method(),
                    simulator.config().toString(),
                    SacConfig.online().withPenalty(inTarget ? price : 0), updates, refreshEvery, rollouts, horizon, 5,
                    realShare, inTarget ? 0 : price,
                    Math.max(1, updates / 10), 10, finalEpisodes, seed);
            return learn(config, dynamics, all, spec, interrupt);
        }
    }

    /** What the policy learns in, named as {@code rl table} names its methods: a fusion is not what one model alone is. */
    private String method() {
        List<Path> models = simulator.files();
        if (models.size() == 1) {
            return "single-" + SafetensorsFile.open(models.getFirst()).metadata().getOrDefault("algorithm", "model");
        }
        SimulatorConfig config = simulator.config();
        return "emfuse" + (config.calibrated() ? "-calibrated" : "") + switch (config.weights()) {
            case FIXED -> "";
            case PRECISION -> "-precision";
            case NEAREST -> "-nearest";
        };
    }

    private int learn(PolicyConfig config, Dynamics dynamics, Transitions all, @Nullable EnvSpec spec,
            Interrupt interrupt) {
        try (PolicyRun run = PolicyRun.open(folder, config, dynamics, all, resume, checkpointSeconds)) {
            boolean whole;
            try (Progress progress = new Progress(output, "updates", updates, run.training().steps())) {
                String[] last = {""};
                whole = run.train(interrupt, step -> {
                    if (step.rollouts() != null) {
                        last[0] = String.format(Locale.ROOT, "reward in rollouts %.3g, uncertainty %.3g",
                                step.rollouts().reward(), step.rollouts().uncertainty());
                    }
                    progress.to(step.steps(), last[0]);
                });
            }
            if (!whole) {
                output.notice("stopped after " + run.training().steps() + " of " + updates
                        + " updates; the same command with --resume goes on");
                return Failures.FAILURE;
            }
            report(spec, run.finish().orElse(null));
        }
        return 0;
    }

    private void report(@Nullable EnvSpec spec, Evaluation.@Nullable Result result) {
        Path policy = folder.resolve("policy.safetensors");
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("policy", policy.toString());
        summary.put("policy_sha256", Sha256.of(policy));
        if (spec != null && result != null) {
            summary.put("env", spec.id());
            summary.put("episodes", result.returns().length);
            summary.put("mean", result.mean());
            summary.put("score", spec.reference().normalise(result.mean()));
        }
        if (!output.jsonOnly()) {
            if (spec != null && result != null) {
                output.out().printf(Locale.ROOT, "return %.4g over %d episodes, score %.1f (0 random, 100 reference)%n",
                        result.mean(), result.returns().length, spec.reference().normalise(result.mean()));
            }
            output.out().println("policy, result and metrics are in " + folder);
            output.out().flush();
        }
        summary.put("run", RlRecord.of("rl policy", output.arguments(), seed, Map.of("updates", updates),
                simulator.inputs()));
        output.writeJson(summary);
    }
}
