package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.emfuse.rl.data.Coverage;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.InspectionConfig;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;

/**
 * Scores of an experiment's policies, and what their models and data are like, as far as they are there.
 *
 * @param rows in the order of environments and methods
 * @param each the same rows in each environment of tasks that are scored in several
 * @param overall methods over all environments, where there are several
 * @param comparisons of fused methods with the others
 * @param gates of the models that these methods use
 * @param overlaps of the domains of each environment
 */
public record ScoreTable(List<Row> rows, List<Row> each, List<OverallScore> overall, List<Comparison> comparisons,
        List<Gate> gates,
        List<Overlap> overlaps) {

    /**
     * One method on one task, or in one environment of it.
     *
     * @param env name of the task, or of a task and one of its environments
     * @param method its id
     * @param description one line
     * @param seeds whose results are there
     * @param missing seeds whose results are not
     * @param returns mean undiscounted return of each of these seeds
     * @param score interquartile mean over seeds of the normalised score, 0 for random and 100 for the reference; of one seed,
     *            over its episodes
     * @param low end of its 95 % interval by stratified bootstrap
     * @param high end
     */
    public record Row(String env, String method, String description, List<Long> seeds, List<Long> missing,
            List<Double> returns, double score, double low, double high) {}

    /**
     * How much of one domain's states another domain's data cover.
     *
     * @param env name of the task
     * @param seed of the data
     */
    public record Overlap(String env, long seed, Coverage coverage) {}

    /** Which results count. */
    @FunctionalInterface
    public interface Counted {

        /** Whether the one in this folder does. */
        boolean counts(Path folder);
    }

    /** Copies the lists. */
    public ScoreTable {
        rows = List.copyOf(rows);
        each = List.copyOf(each);
        overall = List.copyOf(overall);
        comparisons = List.copyOf(comparisons);
        gates = List.copyOf(gates);
        overlaps = List.copyOf(overlaps);
    }

    /** Reads what is there; methods without any result are left out. */
    public static ScoreTable of(Experiment experiment) {
        ScoreTable scores = scores(experiment, _ -> true);
        List<Gate> gates = new ArrayList<>();
        List<Overlap> overlaps = new ArrayList<>();
        for (String env : experiment.environments()) {
            models(experiment, env).forEach(model -> gate(experiment, env, model, gates));
            overlaps(experiment, env, overlaps);
        }
        return new ScoreTable(scores.rows, scores.each, scores.overall, scores.comparisons, gates, overlaps);
    }

    /** The scores alone, without what models and data are like; seeds that do not count are not even missing. */
    public static ScoreTable scores(Experiment experiment, Counted counted) {
        List<MethodReturns> returns = new ArrayList<>();
        List<MethodReturns> each = new ArrayList<>();
        for (String env : experiment.environments()) {
            Task task = Task.of(env);
            List<Method> methods = experiment.selected(env);
            methods.forEach(method -> returns.add(MethodReturns.read(experiment, task, method, counted)));
            if (!task.elsewhere().isEmpty()) {
                task.scored().forEach(id -> methods
                        .forEach(method -> each.add(MethodReturns.read(experiment, task, id, method, counted))));
            }
        }
        returns.removeIf(some -> some.seeds().isEmpty());
        each.removeIf(some -> some.seeds().isEmpty());
        return new ScoreTable(returns.stream().map(MethodReturns::row).toList(),
                each.stream().map(MethodReturns::row).toList(),
                OverallScore.of(experiment.environments(), returns), Comparison.of(returns), List.of(), List.of());
    }

    /** Names of the models of the selected methods, and of those that these are merged from. */
    private static Set<String> models(Experiment experiment, String env) {
        Set<String> names = new LinkedHashSet<>();
        for (Method method : experiment.selected(env)) {
            for (Model model : method.source().models()) {
                if (model instanceof Model.Merged merged) {
                    merged.parts().forEach(part -> names.add(part.name()));
                }
                names.add(model.name());
            }
        }
        return names;
    }

    private static void gate(Experiment experiment, String env, String model, List<Gate> gates) {
        List<Long> seeds = new ArrayList<>();
        double worstState = 0;
        double reward = 0;
        for (long seed : experiment.seeds()) {
            Path folder = experiment.model(env, seed, model);
            if (CellResult.isIn(folder)) {
                CellResult result = CellResult.read(folder);
                seeds.add(seed);
                worstState = Math.max(worstState, result.error("worst_state"));
                reward = Math.max(reward, result.error("reward"));
            }
        }
        if (!seeds.isEmpty()) {
            gates.add(Gate.of(env, model, seeds, worstState, reward));
        }
    }

    /** Of the first seed whose data are there. */
    private static void overlaps(Experiment experiment, String env, List<Overlap> overlaps) {
        Task task = Task.of(env);
        List<Domain> domains = task.domains();
        for (long seed : experiment.seeds()) {
            Map<String, Transitions> data = new LinkedHashMap<>();
            domains.stream().filter(domain -> Files.exists(experiment.data(env, seed, domain))).forEach(
                    domain -> data.put(domain.name(),
                            D4rlFile.read(experiment.data(env, seed, domain)).transitions()));
            if (data.size() == domains.size()) {
                InspectionConfig names = InspectionConfig.DEFAULT.withObservationNames(
                        Environments.spec(task.env()).observations().stream().map(Quantity::name).toList());
                Coverage.ofEachPair(data, names).forEach(each -> overlaps.add(new Overlap(env, seed, each)));
                return;
            }
        }
    }
}
