package org.emfuse.rl.rollout;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacMetrics;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.train.Divergence;
import org.emfuse.rl.train.Training;
import org.jspecify.annotations.Nullable;

/**
 * Soft actor-critic in a simulator (spec 06 §5). Every so many updates the policy plays short rollouts from logged starts; each
 * update learns from a batch of what they made, and of the data. The actor's learning rate falls to 0 as half a cosine, as in the
 * published programs (spec 06 §6): late updates would otherwise find ever more of what only the simulator allows.
 */
public final class PolicyTraining implements Training<PolicyTraining.Progress> {

    /**
     * What an update did.
     *
     * @param steps updates so far
     * @param metrics of the update
     * @param rollouts made before it; null mostly
     */
    public record Progress(long steps, SacMetrics metrics, Rollouts.@Nullable Summary rollouts) {}

    private final PolicyConfig config;
    private final Sac sac;
    private final Policy explorer;
    private final Rollouts rollouts;
    private final ReplayBuffer model;
    private final ReplayBuffer real;
    private final RandomStream simulation;
    private final RandomStream sampling;
    private long steps;

    /**
     * A new run.
     *
     * @param dynamics the simulator, which stays the caller's
     * @param data in which rollouts begin, raw units
     * @throws IllegalArgumentException if the data does not fit the simulator
     */
    public PolicyTraining(PolicyConfig config, Dynamics dynamics, Transitions data) {
        TransitionSpace space = dynamics.space();
        data.requireSizes("the data", space.observationSize(), space.actionSize(), "the simulator " + dynamics.name(),
                "is it from another environment?");
        this.config = config;
        double[] scale = space.actions().stream().mapToDouble(action -> action.high()).toArray();
        this.sac = new Sac(config.sac(), space.observationSize(), scale, config.seed());
        this.explorer = ActorPolicy.stochastic(sac.actor());
        Predicate<double[]> termination = config.env().isEmpty()
                ? _ -> false
                : Environments.termination(config.env());
        this.rollouts = new Rollouts(dynamics, new StartHistories(data, dynamics.longestSlice()), termination);
        this.model = new ReplayBuffer(
                Math.multiplyExact(Math.multiplyExact(config.rollouts(), config.horizon()), config.keep()),
                space.observationSize(), space.actionSize());
        this.real = ReplayBuffer.of(data);
        this.simulation = RandomStream.of(config.seed(), "simulation");
        this.sampling = RandomStream.of(config.seed(), "replay");
    }

    @Override
    public boolean done() {
        return steps >= config.updates();
    }

    @Override
    public Progress step() {
        Rollouts.Summary made = steps % config.refreshEvery() == 0 ? refresh() : null;
        steps++;
        sac.actorRate(config.sac().actorRate(steps, config.updates()));
        try (TorchScope _ = new TorchScope()) {
            SacMetrics metrics = sac.update(batch());
            Divergence.checked(metrics.named(), steps);
            return new Progress(steps, metrics, made);
        }
    }

    /** Rollouts by the policy so far; their rewards are lowered by the uncertainty (first form). */
    private Rollouts.Summary refresh() {
        Rollouts.Summary made = rollouts.run(explorer, config.rollouts(), config.horizon(), simulation,
                (_, _, state, action, reward, next, uncertainty, terminated) -> model.add(state, action,
                        reward - config.penalty() * uncertainty, next, terminated, uncertainty));
        if (made.steps() == 0) {
            throw Divergence.at(steps, "no rollout of the simulator was finite", null);
        }
        return made;
    }

    private Batch batch() {
        int fromData = config.realRows();
        if (fromData == 0) {
            return model.sample(config.sac().batch(), sampling);
        }
        Batch data = real.sample(fromData, sampling);
        int rest = config.sac().batch() - fromData;
        return rest == 0 ? data : data.and(model.sample(rest, sampling));
    }

    /** The policy's network; it belongs to this run. */
    public GaussianActor actor() {
        return sac.actor();
    }

    /** The settings. */
    public PolicyConfig config() {
        return config;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>(sac.named("sac."));
        named.putAll(model.named("model."));
        named.put("steps", Tensors.of(new long[]{steps}, 1));
        named.put("random.simulation", Tensors.of(simulation.state()));
        named.put("random.replay", Tensors.of(sampling.state()));
        return named;
    }

    @Override
    public void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            sac.load(file, "sac.");
            model.load(file, "model.");
            steps = (long) file.tensor("steps", 1).item();
            simulation.restore(file.tensor("random.simulation").toBytes());
            sampling.restore(file.tensor("random.replay").toBytes());
        }
    }

    @Override
    public void close() {
        sac.close();
    }
}
