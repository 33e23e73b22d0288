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

/**
 * Imitates the data: minimises {@code E ‖π(s) - a‖²} over a deterministic policy, actions in units of their range.
 */
public final class BehaviourCloning implements OfflineLearner {

    private static final double RATE = 3e-4;

    private final ObservationScaler scaler;
    private final GaussianActor actor;
    private final Adam adam;

    /** A new learner that takes over the scaler. */
    public BehaviourCloning(ObservationScaler scaler, int observationSize, double[] actionScale, List<Integer> hidden,
            long seed) {
        this.scaler = scaler;
        this.actor = new GaussianActor(observationSize, actionScale,
                hidden.stream().mapToInt(Integer::intValue).toArray(),
                new TorchRandom(seed));
        this.adam = new Adam(actor.parameters(), RATE);
    }

    @Override
    public Map<String, Double> update(Batch batch) {
        try (TorchScope _ = new TorchScope()) {
            Tensor distance = actor.mode(scaler.apply(batch.observations())).sub(batch.actions());
            Tensor loss = distance.div(actor.scaleRow()).square().mean();
            adam.step(actor.parameters().gradient(loss));
            return Map.of("actor_loss", loss.item());
        }
    }

    @Override
    public GaussianActor policy() {
        return scaler.unscaled(actor);
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
