package org.emfuse.rl.sac;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * Soft actor-critic with twin critics and a learned temperature (Haarnoja et al. 2018, arXiv 1812.05905; spec 06 §7). An
 * update takes one step on each: critics, actor, temperature, target critics, in this order.
 */
public final class Sac implements AutoCloseable {

    private final SacConfig config;
    private final GaussianActor actor;
    private final TwinCritics critics;
    private final TwinCritics targets;
    private final Adam actorAdam;
    private final Adam criticAdam;
    private final Temperature temperature;
    private final TorchRandom noise;

    /**
     * A new learner.
     *
     * @param actionScale largest value of each action coordinate
     * @param seed of the first weights and of the noise
     */
    public Sac(SacConfig config, int observationSize, double[] actionScale, long seed) {
        this.config = config;
        this.noise = new TorchRandom(seed);
        int[] hidden = config.hidden().stream().mapToInt(Integer::intValue).toArray();
        this.actor = new GaussianActor(observationSize, actionScale, hidden, noise);
        this.critics = new TwinCritics(observationSize, actionScale.length, config.hidden(), noise);
        this.targets = new TwinCritics(observationSize, actionScale.length, config.hidden(), noise);
        targets.parameters().copyFrom(critics.parameters());
        this.actorAdam = new Adam(actor.parameters(), config.actorRate());
        this.criticAdam = new Adam(critics.parameters(), config.criticRate());
        this.temperature = new Temperature(config, actionScale.length);
    }

    /** Sets the actor's learning rate from the next update on. */
    public void actorRate(double rate) {
        actorAdam.rate(rate);
    }

    /** One update. */
    public SacMetrics update(Batch batch) {
        try (TorchScope _ = new TorchScope()) {
            double alpha = temperature.alpha();

            // Critics: mean squared distance to the soft Bellman target.
            Tensor target = target(batch, alpha);
            Tensor values = critics.both(batch.observations(), batch.actions());
            Tensor criticLoss = values.sub(target).square().mean(1, 2).sum();
            criticAdam.step(critics.parameters().gradient(criticLoss));

            // Actor: E[α log π(a|s) - min Q(s, a)].
            GaussianActor.Sample sample = sample(batch.observations());
            Tensor q = critics.smaller(batch.observations(), sample.actions());
            Tensor actorLoss = sample.logDensity().mul(alpha).sub(q).mean();
            actorAdam.step(actor.parameters().gradient(actorLoss));

            // Temperature: towards the target entropy.
            double logDensity = sample.logDensity().mean().item();
            temperature.update(logDensity);

            targets.parameters().approach(critics.parameters(), config.tau());
            return new SacMetrics(criticLoss.item(), actorLoss.item(), values.mean().item(), -logDensity,
                    temperature.alpha());
        }
    }

    /** {@code r~ + γ (1 - d) V(s')} with {@code V(s') = min Q'(s', a') - α log π(a'|s')}, {@code a' ~ π}: [b, 1]. */
    private Tensor target(Batch batch, double alpha) {
        try (NoGrad _ = new NoGrad()) {
            GaussianActor.Sample next = sample(batch.nextObservations());
            Tensor value = targets.smaller(batch.nextObservations(), next.actions()).sub(next.logDensity().mul(alpha));
            Tensor continues = batch.terminals().neg().add(1);
            return penalised(batch, value).add(continues.mul(value).mul(config.gamma()));
        }
    }

    /** The rewards, lowered where the batch carries uncertainties. */
    private Tensor penalised(Batch batch, Tensor value) {
        Tensor uncertainty = batch.penalties();
        return config.penalty() == 0 || uncertainty == null
                ? batch.rewards()
                : UncertaintyPenalty.inTarget(batch.rewards(), value, uncertainty, config.penalty());
    }

    private GaussianActor.Sample sample(Tensor observations) {
        return actor.sample(observations, noise.normal(observations.size(0), actor.actionSize()));
    }

    /** The policy network; it belongs to the learner. */
    public GaussianActor actor() {
        return actor;
    }

    /** The settings. */
    public SacConfig config() {
        return config;
    }

    /** Everything that an exact resume needs. Parameters and moments belong to the learner. */
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.putAll(actor.parameters().named(prefix));
        named.putAll(critics.parameters().named(prefix));
        named.putAll(targets.parameters().named(prefix + "target."));
        named.putAll(actorAdam.named(prefix + "adam.actor."));
        named.putAll(criticAdam.named(prefix + "adam.critics."));
        named.put(prefix + "temperature", temperature.state());
        named.put(prefix + "noise", noise.state());
        return named;
    }

    /** Goes to the state of a checkpoint. */
    public void load(SafetensorsFile file, String prefix) {
        actor.parameters().load(file, prefix);
        critics.parameters().load(file, prefix);
        targets.parameters().load(file, prefix + "target.");
        actorAdam.load(file, prefix + "adam.actor.");
        criticAdam.load(file, prefix + "adam.critics.");
        temperature.load(file, prefix + "temperature");
        try (Tensor state = file.tensor(prefix + "noise")) {
            noise.restore(state);
        }
    }

    @Override
    public void close() {
        actor.close();
        critics.close();
        targets.close();
        actorAdam.close();
        criticAdam.close();
    }
}
