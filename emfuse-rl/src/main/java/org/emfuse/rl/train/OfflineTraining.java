package org.emfuse.rl.train;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.offline.OfflineLearner;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.jspecify.annotations.Nullable;

/** Learning from stored transitions: an update per step, on a batch drawn uniformly with replacement. */
public final class OfflineTraining implements Training<OfflineTraining.Progress> {

    /** A share of the range by which stored actions may exceed it: rounding in single precision. */
    private static final double ROUNDING = 1e-5;

    /**
     * What a step did.
     *
     * @param steps taken so far
     * @param metrics of the update, by name
     */
    public record Progress(long steps, Map<String, Double> metrics) {}

    private final OfflineConfig config;
    private final @Nullable EnvSpec spec;
    private final PolicySpace space;
    private final ReplayBuffer replay;
    private final OfflineLearner learner;
    private final RandomStream sampling;
    private long steps;

    /**
     * A new run.
     *
     * @throws IllegalArgumentException if the data does not fit the environment, or has values that are not finite
     */
    public OfflineTraining(OfflineConfig config, Transitions data) {
        this.config = config;
        this.spec = config.env().isEmpty() ? null : Environments.spec(config.env());
        this.space = spec == null
                ? PolicySpace.unnamed(data.observationSize(), ActionScale.of(data, config.actionScale()))
                : PolicySpace.of(spec);
        requireFits(data);
        this.replay = ReplayBuffer.of(data);
        this.learner = config.algorithm().learner(data, space.actionScale(), config.hidden(), config.gamma(),
                config.steps(), config.seed());
        this.sampling = RandomStream.of(config.seed(), "replay");
    }

    private void requireFits(Transitions data) {
        int actions = space.actions().size();
        data.requireSizes("the data", space.observations().size(), actions, space.env(),
                "is it from another environment?");
        double[] scale = space.actionScale();
        for (int i = 0; i < data.actions().length; i++) {
            double largest = scale[i % actions];
            if (Math.abs(data.actions()[i]) > largest * (1 + ROUNDING)) {
                throw new IllegalArgumentException("transition " + i / actions + " of the data has an action of "
                        + data.actions()[i] + " in " + space.actions().get(i % actions).name() + ", outside of ±"
                        + largest + "; clip the data's actions, or give the range that they are from");
            }
        }
    }

    @Override
    public boolean done() {
        return steps >= config.steps();
    }

    @Override
    public Progress step() {
        steps++;
        try (TorchScope _ = new TorchScope()) {
            Map<String, Double> measured = learner.update(steps, replay.sample(config.batch(), sampling));
            return new Progress(steps, Divergence.checked(measured, steps));
        }
    }

    /** The policy so far, which takes raw observations; the caller closes it. */
    public GaussianActor policy() {
        return learner.policy();
    }

    /** The environment in which the policy is evaluated; null where there is none. */
    public @Nullable EnvSpec spec() {
        return spec;
    }

    /** What the policy sees and does. */
    public PolicySpace space() {
        return space;
    }

    @Override
    public long steps() {
        return steps;
    }

    /** The settings. */
    public OfflineConfig config() {
        return config;
    }

    @Override
    public Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>(learner.named("learner."));
        named.put("steps", Tensors.of(new long[]{steps}, 1));
        named.put("random.replay", Tensors.of(sampling.state()));
        return named;
    }

    @Override
    public void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            learner.load(file, "learner.");
            steps = (long) file.tensor("steps", 1).item();
            sampling.restore(file.tensor("random.replay").toBytes());
        }
    }

    @Override
    public void close() {
        learner.close();
    }
}
