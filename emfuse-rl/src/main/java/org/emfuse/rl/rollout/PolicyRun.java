package org.emfuse.rl.rollout;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.train.RunFolder;
import org.jspecify.annotations.Nullable;

/** Learning a policy in a simulator in a folder: laid out, stopped and resumed as every training is. */
public final class PolicyRun implements AutoCloseable {

    private final PolicyTraining training;
    private final TransitionSpace space;
    private final @Nullable EnvSpec spec;
    private final RunFolder<PolicyTraining.Progress> folder;

    private PolicyRun(PolicyTraining training, TransitionSpace space, @Nullable EnvSpec spec,
            RunFolder<PolicyTraining.Progress> folder) {
        this.training = training;
        this.space = space;
        this.spec = spec;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param dynamics the simulator, which stays the caller's
     * @param data in which rollouts begin
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, if its checkpoint is damaged or
     *             comes from other settings, or if environment, data and simulator do not fit each other
     */
    public static PolicyRun open(Path folder, PolicyConfig config, Dynamics dynamics, Transitions data, boolean resume,
            double checkpointSeconds) {
        RunFolder.require(folder, resume);
        EnvSpec spec = config.env().isEmpty() ? null : Environments.spec(config.env());
        if (spec != null) {
            dynamics.space().requireSame("the simulator " + dynamics.name(), TransitionSpace.of(spec),
                    "the environment " + spec.id());
        }
        PolicyTraining training = new PolicyTraining(config, dynamics, data);
        return new PolicyRun(training, dynamics.space(), spec,
                RunFolder.open(folder, training, config, resume, checkpointSeconds));
    }

    /**
     * Trains until all updates are made or {@code stop} says so; a checkpoint is written in either case.
     *
     * @param listener hears of every update
     * @return whether all updates were made
     * @throws IllegalStateException if the training diverged; the last checkpoint is kept
     */
    public boolean train(BooleanSupplier stop, Consumer<PolicyTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            log(progress);
            listener.accept(progress);
        });
    }

    private void log(PolicyTraining.Progress progress) {
        if (progress.steps() % RunFolder.LOG_EVERY == 0) {
            folder.log("update", progress.metrics().named());
        }
        Rollouts.Summary made = progress.rollouts();
        if (made != null) {
            Map<String, Double> scalars = new LinkedHashMap<>();
            scalars.put("steps", (double) made.steps());
            scalars.put("terminated", (double) made.terminated());
            scalars.put("dropped", (double) made.dropped());
            scalars.put("single", (double) made.single());
            scalars.put("uncertainty", made.uncertainty());
            scalars.put("reward", made.reward());
            folder.log("rollouts", scalars);
        }
        if (spec != null && progress.steps() % training.config().evaluateEvery() == 0) {
            folder.log(evaluate(spec, training.config().evaluationEpisodes()), spec);
        }
    }

    private Evaluation.Result evaluate(EnvSpec environment, int episodes) {
        return Evaluation.run(ActorPolicy.deterministic(training.actor()), environment.id(), episodes,
                RunFolder.EVALUATION_SEED);
    }

    /**
     * Writes {@code policy.safetensors}, plays the final evaluation where there is an environment, and writes
     * {@code result.json}; to be called once all updates are made.
     */
    public Optional<Evaluation.Result> finish() {
        PolicyConfig config = training.config();
        Map<String, String> about = folder.about(config.method(), config.seed());
        about.put("data", config.data());
        PolicySpace acting = spec == null
                ? new PolicySpace("", space.observations(), space.actions())
                : PolicySpace.of(spec);
        PolicyFile.write(folder.policyFile(), training.actor(), config.sac().hidden(), acting, about);
        Evaluation.Result result = spec == null ? null : evaluate(spec, config.finalEpisodes());
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("data", config.data());
        for (int i = 0; i < config.models().size(); i++) {
            inputs.put("model " + (i + 1), config.models().get(i));
        }
        folder.writeResult(config.method(), config.seed(), spec, result, inputs);
        return Optional.ofNullable(result);
    }

    /** The training. */
    public PolicyTraining training() {
        return training;
    }

    @Override
    public void close() {
        folder.close();
    }
}
