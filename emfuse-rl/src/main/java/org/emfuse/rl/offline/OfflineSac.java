package org.emfuse.rl.offline;

import java.util.Map;
import java.util.function.LongToDoubleFunction;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;

/**
 * Soft actor-critic on stored data, with nothing that keeps it near the data: the control that shows what a learner's
 * caution is worth, or, with the rates of simulators, what a simulator is. Observations are not standardised.
 */
final class OfflineSac implements OfflineLearner {

    private final Sac sac;
    private final LongToDoubleFunction actorRate;

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
    public Map<String, Double> update(long update, Batch batch) {
        sac.actorRate(actorRate.applyAsDouble(update));
        return sac.update(batch).named();
    }

    @Override
    public GaussianActor policy() {
        return sac.actor().copy();
    }

    @Override
    public Map<String, Tensor> named(String prefix) {
        return sac.named(prefix);
    }

    @Override
    public void load(SafetensorsFile file, String prefix) {
        sac.load(file, prefix);
    }

    @Override
    public void close() {
        sac.close();
    }
}
