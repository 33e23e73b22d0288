package org.emfuse.rl.train;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacMetrics;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.jspecify.annotations.Nullable;

/**
 * Soft actor-critic in an environment: act, remember, update, once per step.
 */
public final class OnlineTraining implements Training<OnlineTraining.Progress> {

    /**
     * What a step did.
     *
     * @param steps taken so far
     * @param metrics of the update; null before the first one
     * @param episodeReturn of the episode that ended with this step; NaN where none did
     * @param episodeLength of that episode
     */
    public record Progress(long steps, @Nullable SacMetrics metrics, double episodeReturn, long episodeLength) {

        /** Whether an episode ended with this step. */
        public boolean episodeEnded() {
            return !Double.isNaN(episodeReturn);
        }
    }

    private final OnlineConfig config;
    private final Env env;
    private final Sac sac;
    private final Policy explorer;
    private final ReplayBuffer replay;
    private final RandomStream exploration;
    private final RandomStream sampling;
    private final RandomStream starts;
    private double[] observation;
    private double episodeReturn;
    private long episodeLength;
    private long steps;

    /** A new run. */
    public OnlineTraining(OnlineConfig config) {
        this(config, Environments.make(config.env()));
    }

    /** A new run in an environment of the caller's, which it takes over. */
    public OnlineTraining(OnlineConfig config, Env env) {
        this.config = config;
        this.env = env;
        EnvSpec spec = env.spec();
        this.sac = new Sac(config.sac(), spec.observationSize(), spec.actionScale(), config.seed());
        this.explorer = ActorPolicy.stochastic(sac.actor());
        this.replay = new ReplayBuffer(config.replay(), spec.observationSize(), spec.actionSize());
        this.exploration = RandomStream.of(config.seed(), "exploration");
        this.sampling = RandomStream.of(config.seed(), "replay");
        this.starts = RandomStream.of(config.seed(), "starts");
        this.observation = env.reset(starts.nextLong());
    }

    @Override
    public boolean done() {
        return steps >= config.steps();
    }

    /** Takes one step in the environment and, once the random ones are over, one update. */
    @Override
    public Progress step() {
        double[] action = steps < config.randomSteps() ? randomAction() : explore();
        Step result = env.step(action);
        remember(action, result);
        observation = result.observation();
        episodeReturn += result.reward();
        episodeLength++;
        steps++;
        SacMetrics metrics = steps > config.randomSteps() ? update() : null;
        return result.last() ? endEpisode(metrics) : new Progress(steps, metrics, Double.NaN, episodeLength);
    }

    private double[] randomAction() {
        double[] action = env.spec().actionScale();
        for (int i = 0; i < action.length; i++) {
            action[i] = exploration.uniform(-action[i], action[i]);
        }
        return action;
    }

    private void remember(double[] action, Step result) {
        try {
            replay.add(observation, action, result.reward(), result.observation(), result.terminated());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the environment " + env.spec().id() + " failed in step " + (steps + 1) + ": " + e.getMessage(), e);
        }
    }

    private double[] explore() {
        try {
            return explorer.act(observation, exploration);
        } catch (IllegalStateException e) {
            throw Divergence.at(steps, String.valueOf(e.getMessage()), e);
        }
    }

    private SacMetrics update() {
        try (TorchScope _ = new TorchScope()) {
            SacMetrics metrics = sac.update(replay.sample(config.sac().batch(), sampling));
            Divergence.checked(metrics.named(), steps);
            return metrics;
        }
    }

    private Progress endEpisode(@Nullable SacMetrics metrics) {
        Progress progress = new Progress(steps, metrics, episodeReturn, episodeLength);
        observation = env.reset(starts.nextLong());
        episodeReturn = 0;
        episodeLength = 0;
        return progress;
    }

    /** The policy as it is evaluated, without noise; valid until this run is closed. */
    public Policy policy() {
        return ActorPolicy.deterministic(sac.actor());
    }

    /** The policy's network; it belongs to this run. */
    public GaussianActor actor() {
        return sac.actor();
    }

    /** What is fixed about the environment. */
    public EnvSpec spec() {
        return env.spec();
    }

    @Override
    public long steps() {
        return steps;
    }

    /** The settings. */
    public OnlineConfig config() {
        return config;
    }

    @Override
    public Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>(sac.named("sac."));
        named.putAll(replay.named("replay."));
        double[] state = env.state();
        named.put("env", Tensors.of(state, state.length));
        named.put("episode", Tensors.of(new double[]{episodeReturn, episodeLength, steps}, 3));
        named.put("random.exploration", Tensors.of(exploration.state()));
        named.put("random.replay", Tensors.of(sampling.state()));
        named.put("random.starts", Tensors.of(starts.state()));
        return named;
    }

    @Override
    public void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            sac.load(file, "sac.");
            replay.load(file, "replay.");
            observation = env.restore(file.tensor("env").toDoubles());
            double[] episode = file.tensor("episode", 3).toDoubles();
            episodeReturn = episode[0];
            episodeLength = (long) episode[1];
            steps = (long) episode[2];
            exploration.restore(file.tensor("random.exploration").toBytes());
            sampling.restore(file.tensor("random.replay").toBytes());
            starts.restore(file.tensor("random.starts").toBytes());
        }
    }

    @Override
    public void close() {
        sac.close();
        env.close();
    }
}
