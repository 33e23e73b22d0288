package org.emfuse.rl.experiment;

import java.util.List;
import java.util.Objects;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.Resilient;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Processor;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.gaussian.GaussianArchitecture;
import org.emfuse.rl.gaussian.GaussianConfig;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.env.Names;

/**
 * How much work an experiment may be: the same for every method that is compared, and printed with every score (spec 06 §12).
 *
 * @param name under which it is chosen
 * @param transitions of each domain
 * @param longest k, the longest slice
 * @param width units of each hidden layer of an energy's network
 * @param depth its hidden layers
 * @param batch slices of a training batch
 * @param negatives chains per slice
 * @param negativeSteps of each
 * @param modelUpdates training batches of a model
 * @param predictionSteps of a chain in rollouts
 * @param products type in which derivatives along chains are computed
 * @param next which prediction of a model of slices a trajectory goes on with
 * @param rollouts trajectories of a refresh
 * @param horizon steps of each
 * @param refreshEvery policy updates between refreshes
 * @param policyUpdates in all
 * @param policyWidth units of each of the two hidden layers of actor and critics
 * @param policyBatch transitions of a policy update
 * @param penalty c, in units of the reward's standard deviation per median uncertainty on the data
 * @param realShare share of a policy's batch that is logged transitions, in [0, 1]; the rest comes from rollouts
 * @param episodes of the final score
 * @param members K, plain models per domain in an ensemble
 */
public record Budget(String name, int transitions, int longest, int width, int depth, int batch, int negatives,
        int negativeSteps, long modelUpdates, int predictionSteps, DType products, PredictionRule.Next next,
        int rollouts, int horizon,
        long refreshEvery, long policyUpdates, int policyWidth, int policyBatch, double penalty, double realShare,
        int episodes, int members) {

    private static final DType FASTEST = Processor.fastest();
    private static final PredictionRule.Next NEXT = PredictionRule.Next.ONE_STEP;

    /** A few minutes in all. */
    public static final Budget SMOKE = new Budget("smoke", 10_000, 3, 128, 3, 128, 4, 20, 3_000, 12, FASTEST, NEXT, 100,
            150,
            1_000, 5_000, 256, 128, 0.05, 0, 50, 3);
    /** An hour or two for an environment and seed, on two processors. */
    public static final Budget CPU = new Budget("cpu", 20_000, 5, 128, 3, 128, 8, 20, 4_000, 12, FASTEST, NEXT, 100,
            150,
            1_000, 10_000, 256, 256, 0.05, 0, 100, 3);
    /** Sizes of the published schedules, with the learner, chains and rate of the others: days on a GPU. */
    public static final Budget PAPER = new Budget("paper", 333_000, 5, 200, 4, 1024, 16, 50, 480_000, 30, DType.FLOAT32,
            PredictionRule.Next.RANDOM_SLICE, 50_000, 10, 1_000, 5_000_000, 256, 256, 0, 0, 100, 5);

    private static final List<Budget> ALL = List.of(SMOKE, CPU, PAPER);

    /**
     * Checks what {@code rl table} lets a user choose, before anything is trained. A budget of before the next state could be chosen
     * names none.
     *
     * @throws IllegalArgumentException if horizon, penalty or share is out of its range
     */
    public Budget {
        next = Objects.requireNonNullElse(next, PredictionRule.Next.RANDOM_SLICE);
        require(horizon >= 1, "rollouts of at least one step", horizon);
        require(penalty >= 0 && Double.isFinite(penalty), "a penalty >= 0", penalty);
        require(realShare >= 0 && realShare <= 1, "a real share in [0, 1]", realShare);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("the budget needs " + expected + ", found " + found);
        }
    }

    /**
     * The budget of a name.
     *
     * @throws IllegalArgumentException if there is none; lists the names
     */
    public static Budget of(String name) {
        List<String> names = ALL.stream().map(Budget::name).toList();
        return ALL.get(names.indexOf(Names.known("budget", name, names)));
    }

    /** Chains of predictions: as the policy's rollouts use them, and hold-out errors measure them. */
    public Chain prediction() {
        return Resilient.prediction(predictionSteps);
    }

    /** How energies become the simulator of a method. */
    SimulatorConfig simulator(Method method) {
        SimulatorConfig usual = SimulatorConfig.of(prediction(), products, next);
        return method.source() instanceof Source.Simulator one ? usual.with(one.weights(), one.calibrated()) : usual;
    }

    /** The training of a domain's model. */
    EnergyConfig model(long seed, String data) {
        return model(EnergyArchitecture.adetm(longest), seed, data);
    }

    /** The training of a plain model, of one action. */
    EnergyConfig etm(long seed, String data) {
        return model(EnergyArchitecture.etm(), seed, data);
    }

    /** The training of a Gaussian model, with as many updates and layers as an energy's. */
    GaussianConfig gaussian(GaussianKind kind, long seed, String data) {
        GaussianArchitecture architecture = switch (kind) {
            case ENSEMBLE -> GaussianArchitecture.ensemble();
            case ANY_STEP -> GaussianArchitecture.anyStep(longest);
        };
        GaussianConfig published = GaussianConfig.of(architecture.withLayers(width, depth), modelUpdates, seed, data);
        return published.withBatch(batch, published.rate()).withEvaluation(Math.max(1, modelUpdates / 10), 25, 500);
    }

    private EnergyConfig model(EnergyArchitecture shape, long seed, String data) {
        return plain(shape, seed, data).withEvaluation(Math.max(1, modelUpdates / 5), 25, 500).withCosine();
    }

    /** The training of an energy of a kind with this budget's layers, batches and chains, at a rate that stays. */
    public EnergyConfig plain(EnergyArchitecture kind, long seed, String data) {
        return EnergyConfig.of(kind.withHead(width, depth), modelUpdates, seed, data)
                .withBatch(batch, negatives, negativeSteps)
                .withChains(Langevin.negatives().withSteps(negativeSteps), products).withPrediction(prediction());
    }

    /** Hidden layers of actor and critics, of every learner. */
    List<Integer> hidden() {
        return List.of(policyWidth, policyWidth);
    }

    /** Policy updates between evaluations on the way. */
    long evaluateEvery() {
        return Math.max(1, policyUpdates / 5);
    }

    /** The learner of a policy. */
    SacConfig learner() {
        return SacConfig.online().withHidden(hidden()).withBatch(policyBatch);
    }

    /** The same with another penalty. */
    public Budget withPenalty(double other) {
        return with(next, horizon, other, realShare);
    }

    /** The same with another horizon of rollouts. */
    public Budget withHorizon(int other) {
        return with(next, other, penalty, realShare);
    }

    /** The same with another share of logged transitions in a policy's batches. */
    public Budget withRealShare(double other) {
        return with(next, horizon, penalty, other);
    }

    /** The same with another choice of the next state. */
    public Budget withNext(PredictionRule.Next other) {
        return with(other, horizon, penalty, realShare);
    }

    private Budget with(PredictionRule.Next choice, int steps, double price, double share) {
        return new Budget(name, transitions, longest, width, depth, batch, negatives, negativeSteps, modelUpdates,
                predictionSteps, products, choice, rollouts, steps, refreshEvery, policyUpdates, policyWidth,
                policyBatch,
                price, share, episodes, members);
    }
}
