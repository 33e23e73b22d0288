package org.emfuse.rl.offline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.sac.TwinCritics;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * TD3+BC (Fujimoto and Gu 2021, arXiv 2106.06860): twin delayed deterministic policy gradients whose actor also imitates
 * the data, with the paper's constants.
 */
public final class Td3Bc implements OfflineLearner {

    private static final double RATE = 3e-4;
    private static final double TAU = 0.005;
    private static final double ALPHA = 2.5;
    private static final double NOISE = 0.2;
    private static final double NOISE_CLIP = 0.5;
    private static final int ACTOR_EVERY = 2;

    private final double gamma;
    private final ObservationScaler scaler;
    private final GaussianActor actor;
    private final GaussianActor actorTarget;
    private final TwinCritics critics;
    private final TwinCritics targets;
    private final Adam actorAdam;
    private final Adam criticAdam;
    private final TorchRandom noise;

    /** A new learner that takes over the scaler. */
    public Td3Bc(ObservationScaler scaler, int observationSize, double[] actionScale, List<Integer> hidden,
            double gamma,
            long seed) {
        this.gamma = gamma;
        this.scaler = scaler;
        this.noise = new TorchRandom(seed);
        int[] sizes = hidden.stream().mapToInt(Integer::intValue).toArray();
        this.actor = new GaussianActor(observationSize, actionScale, sizes, noise);
        this.actorTarget = new GaussianActor(observationSize, actionScale, sizes, noise);
        this.critics = new TwinCritics(observationSize, actionScale.length, hidden, noise);
        this.targets = new TwinCritics(observationSize, actionScale.length, hidden, noise);
        actorTarget.parameters().copyFrom(actor.parameters());
        targets.parameters().copyFrom(critics.parameters());
        this.actorAdam = new Adam(actor.parameters(), RATE);
        this.criticAdam = new Adam(critics.parameters(), RATE);
    }

    @Override
    public Map<String, Double> update(long update, Batch batch) {
        try (TorchScope _ = new TorchScope()) {
            Tensor s = scaler.apply(batch.observations());
            Map<String, Double> measured = new LinkedHashMap<>();

            Tensor values = critics.both(s, batch.actions());
            Tensor criticLoss = values.sub(target(batch)).square().mean(1, 2).sum();
            criticAdam.step(critics.parameters().gradient(criticLoss));
            measured.put("critic_loss", criticLoss.item());
            measured.put("value", values.mean().item());

            if (update % ACTOR_EVERY == 0) {
                // -λ Q(s, π(s)) + ‖π(s) - a‖² with λ = α / mean |Q|.
                Tensor action = actor.mode(s);
                Tensor q = critics.both(s, action).select(0, 0);
                double lambda = ALPHA / (q.abs().mean().item() + 1e-12);
                Tensor imitation = action.sub(batch.actions()).div(actor.scaleRow()).square().mean();
                Tensor actorLoss = imitation.sub(q.mean().mul(lambda));
                actorAdam.step(actor.parameters().gradient(actorLoss));
                measured.put("actor_loss", actorLoss.item());
                targets.parameters().approach(critics.parameters(), TAU);
                actorTarget.parameters().approach(actor.parameters(), TAU);
            }
            return measured;
        }
    }

    /** {@code r + γ (1 - d) min Q'(s', clip(π'(s') + clip(ε)))}: [b, 1]. */
    private Tensor target(Batch batch) {
        try (NoGrad _ = new NoGrad()) {
            Tensor next = scaler.apply(batch.nextObservations());
            Tensor jitter = noise.normal(next.size(0), actor.actionSize()).mul(NOISE).clamp(-NOISE_CLIP, NOISE_CLIP);
            Tensor unit = actorTarget.mode(next).div(actor.scaleRow()).add(jitter).clamp(-1, 1);
            Tensor value = targets.smaller(next, unit.mul(actor.scaleRow()));
            return batch.rewards().add(batch.terminals().neg().add(1).mul(value).mul(gamma));
        }
    }

    @Override
    public GaussianActor policy() {
        return scaler.unscaled(actor);
    }

    @Override
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>(actor.parameters().named(prefix));
        named.putAll(actorTarget.parameters().named(prefix + "target."));
        named.putAll(critics.parameters().named(prefix));
        named.putAll(targets.parameters().named(prefix + "target."));
        named.putAll(actorAdam.named(prefix + "adam.actor."));
        named.putAll(criticAdam.named(prefix + "adam.critics."));
        named.put(prefix + "noise", noise.state());
        return named;
    }

    @Override
    public void load(SafetensorsFile file, String prefix) {
        actor.parameters().load(file, prefix);
        actorTarget.parameters().load(file, prefix + "target.");
        critics.parameters().load(file, prefix);
        targets.parameters().load(file, prefix + "target.");
        actorAdam.load(file, prefix + "adam.actor.");
        criticAdam.load(file, prefix + "adam.critics.");
        try (TorchScope _ = new TorchScope()) {
            noise.restore(file.tensor(prefix + "noise"));
        }
    }

    @Override
    public void close() {
        actor.close();
        actorTarget.close();
        critics.close();
        targets.close();
        actorAdam.close();
        criticAdam.close();
        scaler.close();
    }
}
