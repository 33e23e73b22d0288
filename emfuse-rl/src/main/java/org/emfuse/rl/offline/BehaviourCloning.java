package org.emfuse.rl.offline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/** Imitates the data. */
public final class BehaviourCloning implements OfflineLearner {

    /** What is minimised, and so what kind of policy comes of it. */
    public enum Loss {
        /** {@code E ‖π(s) - a‖²} over deterministic policies, actions in units of their range. */
        SQUARE,
        /** {@code -E log π(a|s)} over Gaussian policies, which know how sure the data's actions are. */
        LIKELIHOOD
    }

    private static final double RATE = 3e-4;

    private final Loss loss;
    private final ObservationScaler scaler;
    private final GaussianActor actor;
    private final Adam adam;

    /** A new learner that takes over the scaler. */
    public BehaviourCloning(Loss loss, ObservationScaler scaler, int observationSize, double[] actionScale,
            List<Integer> hidden,
            long seed) {
        this.loss = loss;
        this.scaler = scaler;
        this.actor = new GaussianActor(observationSize, actionScale,
                hidden.stream().mapToInt(Integer::intValue).toArray(),
                new TorchRandom(seed));
        this.adam = new Adam(actor.parameters(), RATE);
    }

    @Override
    public Map<String, Double> update(long update, Batch batch) {
        try (TorchScope _ = new TorchScope()) {
            Tensor minimised = loss(scaler.apply(batch.observations()), batch.actions());
            adam.step(actor.parameters().gradient(minimised));
            return Map.of("actor_loss", minimised.item());
        }
    }

    private Tensor loss(Tensor observations, Tensor actions) {
        return switch (loss) {
            case SQUARE -> actor.mode(observations).sub(actions).div(actor.scaleRow()).square().mean();
            case LIKELIHOOD -> actor.logDensity(observations, actions).mean().neg();
        };
    }

    @Override
    public GaussianActor policy() {
        return loss == Loss.SQUARE ? scaler.unscaled(actor) : scaler.onRaw(actor);
    }

    @Override
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>(actor.parameters().named(prefix));
        named.putAll(adam.named(prefix + "adam.actor."));
        return named;
    }

    @Override
    public void load(SafetensorsFile file, String prefix) {
        actor.parameters().load(file, prefix);
        adam.load(file, prefix + "adam.actor.");
    }

    @Override
    public void close() {
        actor.close();
        adam.close();
        scaler.close();
    }
}
