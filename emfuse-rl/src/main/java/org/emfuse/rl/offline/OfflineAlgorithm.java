package org.emfuse.rl.offline;

import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Names;
import org.emfuse.rl.sac.SacConfig;

/** The learners on stored data by name. */
public enum OfflineAlgorithm {

    /** Behaviour cloning. */
    BEHAVIOUR_CLONING("bc"),
    /** Behaviour cloning by likelihood: a Gaussian policy. */
    GAUSSIAN_CLONING("bc-gaussian"),
    /** TD3+BC. */
    TD3_BC("td3bc"),
    /** Implicit Q-learning. */
    IQL("iql"),
    /** Soft actor-critic without a model, with the published rates of learning from stored data. */
    SAC("sac"),
    /**
     * Soft actor-critic without a model, exactly as it learns in simulators: the rates of acting in the environment, the actor's
     * falling to 0. The control to simulators.
     */
    SIMULATORS_SAC("sac-simulators");

    private final String id;

    OfflineAlgorithm(String id) {
        this.id = id;
    }

    /** The name under which it is chosen and recorded. */
    public String id() {
        return id;
    }

    /**
     * The algorithm of a name.
     *
     * @throws IllegalArgumentException if there is none; lists the names
     */
    public static OfflineAlgorithm of(String id) {
        List<String> ids = Arrays.stream(values()).map(OfflineAlgorithm::id).toList();
        return values()[ids.indexOf(Names.known("offline algorithm", id, ids))];
    }

    /**
     * A new learner.
     *
     * @param data that it will learn from
     * @param actionScale largest value of each action coordinate
     * @param hidden sizes of the hidden layers of all networks
     * @param gamma discount per step, in (0, 1)
     * @param updates that it will make in all
     * @param seed of the first weights and of the noise
     */
    public OfflineLearner learner(Transitions data, double[] actionScale, List<Integer> hidden, double gamma,
            long updates, long seed) {
        int o = data.observationSize();
        return switch (this) {
            case BEHAVIOUR_CLONING ->
                new BehaviourCloning(BehaviourCloning.Loss.SQUARE, ObservationScaler.of(data), o, actionScale, hidden,
                        seed);
            case GAUSSIAN_CLONING -> new BehaviourCloning(BehaviourCloning.Loss.LIKELIHOOD, ObservationScaler.of(data),
                    o, actionScale, hidden, seed);
            case TD3_BC -> new Td3Bc(ObservationScaler.of(data), o, actionScale, hidden, gamma, seed);
            case IQL ->
                new Iql(ObservationScaler.of(data), RewardScale.of(data), o, actionScale, hidden, gamma, seed);
            case SAC -> {
                SacConfig config = SacConfig.offline().withHidden(hidden).withGamma(gamma);
                yield new OfflineSac(config, _ -> config.actorRate(), o, actionScale, seed);
            }
            case SIMULATORS_SAC -> {
                SacConfig config = SacConfig.online().withHidden(hidden).withGamma(gamma);
                yield new OfflineSac(config, update -> config.actorRate(update, updates), o, actionScale, seed);
            }
        };
    }
}
