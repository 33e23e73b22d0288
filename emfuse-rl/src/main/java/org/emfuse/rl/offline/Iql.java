package org.emfuse.rl.offline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.sac.TwinCritics;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * Implicit Q-learning (Kostrikov et al. 2021, arXiv 2110.06169): a value that is an expectile of Q over the data's actions,
 * and a policy that imitates the better ones. The policy is {@code N(π(s), σ²)}, not squashed, with {@code π = tanh} of the
 * network's output and a σ that does not depend on the state, as in the paper's code; it acts by its mode.
 */
public final class Iql implements OfflineLearner {

    private static final double RATE = 3e-4;
    private static final double TAU = 0.005;
    private static final double EXPECTILE = 0.7;
    private static final double INVERSE_TEMPERATURE = 3;
    private static final double LARGEST_WEIGHT = 100;
    private static final double LOG_STD_LOW = -5;
    private static final double LOG_STD_HIGH = 2;

    private final double gamma;
    private final double rewardScale;
    private final ObservationScaler scaler;
    private final GaussianActor actor;
    private final Parameters spread;
    private final TwinCritics critics;
    private final TwinCritics targets;
    private final Parameters valueParameters;
    private final Mlp value;
    private final Adam actorAdam;
    private final Adam spreadAdam;
    private final Adam criticAdam;
    private final Adam valueAdam;

    /**
     * A new learner that takes over the scaler.
     *
     * @param rewardScale by which rewards are multiplied; {@link RewardScale}
     */
    public Iql(ObservationScaler scaler, double rewardScale, int observationSize, double[] actionScale,
            List<Integer> hidden, double gamma, long seed) {
        this.gamma = gamma;
        this.rewardScale = rewardScale;
        this.scaler = scaler;
        TorchRandom random = new TorchRandom(seed);
        int[] sizes = hidden.stream().mapToInt(Integer::intValue).toArray();
        this.actor = new GaussianActor(observationSize, actionScale, sizes, random);
        Parameters.Builder spreadBuilder = new Parameters.Builder();
        spreadBuilder.constant("log_std", 0, actionScale.length);
        this.spread = spreadBuilder.build(random);
        this.critics = new TwinCritics(observationSize, actionScale.length, hidden, random);
        this.targets = new TwinCritics(observationSize, actionScale.length, hidden, random);
        targets.parameters().copyFrom(critics.parameters());
        Parameters.Builder valueBuilder = new Parameters.Builder();
        int[] valueSizes = new int[sizes.length + 2];
        valueSizes[0] = observationSize;
        System.arraycopy(sizes, 0, valueSizes, 1, sizes.length);
        valueSizes[valueSizes.length - 1] = 1;
        int first = Mlp.declare(valueBuilder, "value", valueSizes);
        this.valueParameters = valueBuilder.build(random);
        this.value = Mlp.of(valueParameters, first, valueSizes.length - 1);
        this.actorAdam = new Adam(actor.parameters(), RATE);
        this.spreadAdam = new Adam(spread, RATE);
        this.criticAdam = new Adam(critics.parameters(), RATE);
        this.valueAdam = new Adam(valueParameters, RATE);
    }

    @Override
    public Map<String, Double> update(long update, Batch batch) {
        try (TorchScope _ = new TorchScope()) {
            Tensor s = scaler.apply(batch.observations());
            Map<String, Double> measured = new LinkedHashMap<>();

            // V(s): the expectile of min Q'(s, a) over the data's actions.
            Tensor q;
            try (NoGrad _ = new NoGrad()) {
                q = targets.smaller(s, batch.actions());
            }
            Tensor error = q.sub(value.apply(s));
            Tensor side = Tensors.where(error.less(0), Tensors.scalar(1 - EXPECTILE), Tensors.scalar(EXPECTILE));
            Tensor valueLoss = side.mul(error.square()).mean();
            valueAdam.step(valueParameters.gradient(valueLoss));

            // Policy: log-likelihood of the data's actions, weighted by min(exp(β A), 100) with A = Q' - V.
            Tensor weight = weight(q, s);
            Tensor distance = actor.mode(s).sub(batch.actions()).div(actor.scaleRow());
            Tensor logStd = spread.get(0).clamp(LOG_STD_LOW, LOG_STD_HIGH);
            Tensor actorLoss = imitation(weight, distance, logStd.detach());
            actorAdam.step(actor.parameters().gradient(actorLoss));
            spreadAdam.step(spread.gradient(imitation(weight, distance.detach(), logStd)));

            // Q(s, a): r + γ (1 - d) V(s').
            Tensor target;
            try (NoGrad _ = new NoGrad()) {
                Tensor next = value.apply(scaler.apply(batch.nextObservations()));
                target = batch.rewards().mul(rewardScale).add(batch.terminals().neg().add(1).mul(next).mul(gamma));
            }
            Tensor criticLoss = critics.both(s, batch.actions()).sub(target).square().mean(1, 2).sum();
            criticAdam.step(critics.parameters().gradient(criticLoss));
            targets.parameters().approach(critics.parameters(), TAU);

            measured.put("value_loss", valueLoss.item());
            measured.put("actor_loss", actorLoss.item());
            measured.put("critic_loss", criticLoss.item());
            measured.put("value", q.mean().item());
            return measured;
        }
    }

    private Tensor weight(Tensor q, Tensor s) {
        try (NoGrad _ = new NoGrad()) {
            return q.sub(value.apply(s)).mul(INVERSE_TEMPERATURE).clamp(-50, Math.log(LARGEST_WEIGHT)).exp();
        }
    }

    /** {@code -E[w log N(a; π(s), σ²)]} without its constant, actions in units of their range. */
    private static Tensor imitation(Tensor weight, Tensor distance, Tensor logStd) {
        Tensor negativeLogDensity = distance.mul(logStd.neg().exp()).square().mul(0.5).add(logStd).sum(1, true);
        return weight.mul(negativeLogDensity).mean();
    }

    @Override
    public GaussianActor policy() {
        return scaler.unscaled(actor);
    }

    @Override
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>(actor.parameters().named(prefix));
        named.putAll(spread.named(prefix));
        named.putAll(critics.parameters().named(prefix));
        named.putAll(targets.parameters().named(prefix + "target."));
        named.putAll(valueParameters.named(prefix));
        named.putAll(actorAdam.named(prefix + "adam.actor."));
        named.putAll(spreadAdam.named(prefix + "adam.spread."));
        named.putAll(criticAdam.named(prefix + "adam.critics."));
        named.putAll(valueAdam.named(prefix + "adam.value."));
        return named;
    }

    @Override
    public void load(SafetensorsFile file, String prefix) {
        actor.parameters().load(file, prefix);
        spread.load(file, prefix);
        critics.parameters().load(file, prefix);
        targets.parameters().load(file, prefix + "target.");
        valueParameters.load(file, prefix);
        actorAdam.load(file, prefix + "adam.actor.");
        spreadAdam.load(file, prefix + "adam.spread.");
        criticAdam.load(file, prefix + "adam.critics.");
        valueAdam.load(file, prefix + "adam.value.");
    }

    @Override
    public void close() {
        actor.close();
        spread.close();
        critics.close();
        targets.close();
        valueParameters.close();
        actorAdam.close();
        spreadAdam.close();
        criticAdam.close();
        valueAdam.close();
        scaler.close();
    }
}
