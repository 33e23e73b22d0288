package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.PredictionRule.Weights;
import org.emfuse.rl.offline.OfflineAlgorithm;

/**
 * A way to a policy that a table compares.
 *
 * @param id its name in tables
 * @param description one line
 * @param source what its policy comes from
 */
public record Method(String id, String description, Source source) {

    /** Members of ensembles that are run where they are asked for. */
    private static final List<Integer> OTHER_MEMBERS = List.of(5, 7);

    private static final List<String> HEADLINE = List.of("emfuse", "emfuse-precision", "oracle", "no-model");

    private static Method simulator(String id, String description, List<Model> models, Weights weights) {
        return new Method(id, description, new Source.Simulator(models, weights, false, false));
    }

    private static Method simulator(String id, String description, Model model) {
        return simulator(id, description, List.of(model), Weights.FIXED);
    }

    private static Method logs(String id, String description, OfflineAlgorithm learner) {
        return new Method(id, description, new Source.Logs(learner));
    }

    /** The methods of a table, in its order: the experts, their fusion, baselines, controls. */
    public static List<Method> all(Task task, Budget budget) {
        List<String> experts = task.domains().stream().map(Domain::name).toList();
        List<Model> own = each(experts, Model.Trained::of);
        List<Model.Trained> common = experts.stream().map(Model.Trained::withCommonScales).toList();
        List<Method> methods = new ArrayList<>();
        experts.forEach(expert -> methods.add(
                simulator("expert:" + expert, "the model of one domain", Model.Trained.of(expert))));
        methods.add(simulator("emfuse", "the domains' energies summed, equal weights", own, Weights.FIXED));
        methods.add(simulator("emfuse-precision", "the same, weights by the experts' uncertainty at each state", own,
                Weights.PRECISION));
        methods.add(
                simulator("emfuse-nearest", "the energy of the expert that is the least uncertain at each state", own,
                        Weights.NEAREST));
        methods.add(new Method("emfuse-calibrated", "equal weights of energies on the scales of likelihoods",
                new Source.Simulator(own, Weights.FIXED, true, false)));
        methods.add(simulator("oracle", "one model on all domains' data",
                new Model.Trained(Model.POOLED, Model.Kind.ADETM, experts, 0)));
        methods.add(simulator("soup", "the average of the domains' models' weights",
                new Model.Merged("soup", Model.Merge.SOUP, common)));
        methods.add(simulator("regmean", "the domains' models' weights merged by regression",
                new Model.Merged("regmean", Model.Merge.REGMEAN, common)));
        methods.add(ensembles("etm-ensembles", experts, budget.members()));
        methods.add(simulator("gaussian", "a Gaussian ensemble on all domains' data",
                new Model.Trained("gaussian", Model.Kind.GAUSSIAN_ENSEMBLE, experts, 0)));
        methods.add(simulator("anystep", "an any-step Gaussian model on all domains' data",
                new Model.Trained("anystep", Model.Kind.ANY_STEP_GAUSSIAN, experts, 0)));
        methods.add(new Method("fused-policy", "a policy cloned from each domain, fused; no simulator",
                new Source.Clones()));
        methods.add(simulator("untrained", "as emfuse, with models that were not trained",
                each(experts, Model.Trained::untrained), Weights.FIXED));
        methods.add(new Method("known-reward", "as emfuse, with the environment's own rewards",
                new Source.Simulator(own, Weights.FIXED, false, true)));
        methods.add(logs("no-model", "the simulators' learner on all data, without a model",
                OfflineAlgorithm.SIMULATORS_SAC));
        methods.add(logs("td3bc", "TD3+BC on all data", OfflineAlgorithm.TD3_BC));
        methods.add(logs("iql", "implicit Q-learning on all data", OfflineAlgorithm.IQL));
        methods.add(logs("bc", "behaviour cloning on all data", OfflineAlgorithm.BEHAVIOUR_CLONING));
        return methods;
    }

    /** All, and those that are only run where they are asked for: ensembles of other sizes, {@code etm-ensembles:5} and 7. */
    public static List<Method> known(Task task, Budget budget) {
        List<String> experts = task.domains().stream().map(Domain::name).toList();
        List<Method> methods = new ArrayList<>(all(task, budget));
        OTHER_MEMBERS.forEach(members -> methods.add(ensembles("etm-ensembles:" + members, experts, members)));
        return methods;
    }

    private static Method ensembles(String id, List<String> experts, int members) {
        return new Method(id, members + " plain energies per domain, summed member by member",
                new Source.Ensemble(IntStream.rangeClosed(1, members)
                        .mapToObj(member -> each(experts, expert -> Model.Trained.member(member, expert))).toList()));
    }

    private static List<Model> each(List<String> experts, Function<String, Model> model) {
        return experts.stream().map(model).toList();
    }

    /** Whether it learns in a sum of the domains' energies, which the others are there to be compared with. */
    public boolean fused() {
        return id.equals("emfuse") || id.startsWith("emfuse-");
    }

    /** The few that show what fusion does. */
    public static List<Method> headline(Task task, Budget budget) {
        return all(task, budget).stream()
                .filter(method -> method.id.startsWith("expert:") || HEADLINE.contains(method.id)).toList();
    }
}
