package org.emfuse.rl.offline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * Soft actor-critic on stored data, with nothing that keeps it near the data: the control that shows what a learner's
 * caution is worth. Observations are not standardised.
 */
final class OfflineSac implements OfflineLearner {

    private final Sac sac;
    private final LongToDoubleFunction actorRate;
    private long updates;

    /**
     * A new learner.
     *
     * @param actorRate of each update, counted from 1
     */
    OfflineSac(SacConfig config, LongToDoubleFunction actorRate, int observationSize, double[] actionScale, long seed) {
        this.sac = new Sac(config, observationSize, actionScale, seed);
        this.actorRate = actorRate;
    }

    @Override
    public Map<String, Double> update(Batch batch) {
        updates++;
        sac.actorRate(actorRate.applyAsDouble(updates));
        return sac.update(batch).named();
    }

    @Override
    public GaussianActor policy() {
        return sac.actor().copy();
    }

    @Override
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>(sac.named(prefix));
        named.put(prefix + "updates", Tensors.of(new long[]{updates}, 1));
        return named;
    }

    @Override
    public void load(SafetensorsFile file, String prefix) {
        try (TorchScope _ = new TorchScope()) {
            sac.load(file, prefix);
            updates = (long) file.tensor(prefix + "updates", 1).item();
        }
    }

    @Override
    public void close() {
        sac.close();
    }
}
