package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * A way to a policy that a table compares.
 *
 * @param id its name in tables
 * @param description one line
 * @param models of the simulator, by name; empty without one
 * @param weights of the models
 * @param learner that learns from the data without a simulator; null with one
 */
public record Method(String id, String description, List<String> models, PredictionRule.Weights weights,
        @Nullable OfflineAlgorithm learner) {

    /** The name of the model on all domains' data. */
    public static final String POOLED = "pooled";

    /** Copies the list. */
    public Method {
        models = List.copyOf(models);
    }

    private static Method simulator(String id, String description, List<String> models,
            PredictionRule.Weights weights) {
        return new Method(id, description, models, weights, null);
    }

    private static Method logs(String id, String description, OfflineAlgorithm learner) {
        return new Method(id, description, List.of(), PredictionRule.Weights.FIXED, learner);
    }

    /** The methods of a table, in its order. */
    public static List<Method> all(List<Domain> domains) {
        List<String> experts = domains.stream().map(Domain::name).toList();
        List<Method> methods = new ArrayList<>();
        for (String expert : experts) {
            methods.add(simulator("expert:" + expert, "the model of one domain", List.of(expert),
                    PredictionRule.Weights.FIXED));
        }
        methods.add(simulator("emfuse", "the domains' energies summed, equal weights", experts,
                PredictionRule.Weights.FIXED));
        methods.add(
                simulator("emfuse-precision", "the same, weights by the experts' uncertainty at each state", experts,
                        PredictionRule.Weights.PRECISION));
        methods.add(simulator("oracle", "one model on all domains' data", List.of(POOLED),
                PredictionRule.Weights.FIXED));
        methods.add(logs("no-model", "soft actor-critic on all data, without a model", OfflineAlgorithm.SAC));
        methods.add(logs("td3bc", "TD3+BC on all data", OfflineAlgorithm.TD3_BC));
        methods.add(logs("iql", "implicit Q-learning on all data", OfflineAlgorithm.IQL));
        methods.add(logs("bc", "behaviour cloning on all data", OfflineAlgorithm.BEHAVIOUR_CLONING));
        return methods;
    }

    /** The few that show what fusion does. */
    public static List<Method> headline(List<Domain> domains) {
        return all(domains).stream().filter(method -> method.learner == null || method.id.equals("no-model")).toList();
    }
}
