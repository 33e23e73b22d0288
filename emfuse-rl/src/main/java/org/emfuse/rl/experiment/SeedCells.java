package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.collect.CollectConfig;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.offline.OfflineAlgorithm;

/** The cells of one environment and seed: data, models, and policies. What several methods need is there once. */
final class SeedCells {

    private final Experiment experiment;
    private final Task task;
    private final long seed;
    private final Map<String, DataCell> data = new LinkedHashMap<>();
    private final Map<String, ModelCell> models = new LinkedHashMap<>();
    private final List<Cell> policies = new ArrayList<>();

    private SeedCells(Experiment experiment, Task task, long seed) {
        this.experiment = experiment;
        this.task = task;
        this.seed = seed;
    }

    /** All of them, in an order in which they can be done. */
    static List<Cell> of(Experiment experiment, String env, long seed) {
        SeedCells seedCells = new SeedCells(experiment, Task.of(env), seed);
        seedCells.task.domains().forEach(seedCells::addData);
        experiment.selected(env).forEach(seedCells::addPolicy);
        List<Cell> cells = new ArrayList<>(seedCells.data.values());
        cells.addAll(seedCells.models.values());
        cells.addAll(seedCells.policies);
        return cells;
    }

    private String named(String what) {
        return task.name() + " seed " + seed + " " + what;
    }

    private Budget budget() {
        return experiment.budget();
    }

    private void addData(Domain domain) {
        data.put(domain.name(),
                new DataCell(named("data " + domain.name()), experiment.data(task.name(), seed, domain),
                        new CollectConfig(Environments.spec(domain.env()).id(), List.of(domain.policy()), false, 0, 0,
                                budget().transitions(), seed)));
    }

    /** What a method learns, and its scores where learning does not end with one. */
    private void addPolicy(Method method) {
        List<? extends PolicyCell> learned = learned(method);
        policies.addAll(learned);
        List<String> unscored = method.source() instanceof Source.Clones ? task.scored() : task.elsewhere();
        unscored.forEach(env -> policies.add(new ScoreCell(
                named("policy " + method.id() + (env.equals(task.env()) ? "" : " in " + env)), method,
                experiment.score(task, seed, method.id(), env), budget(), seed, env, learned)));
    }

    private List<? extends PolicyCell> learned(Method method) {
        Path folder = experiment.policy(task.name(), seed, method.id());
        String name = named("policy " + method.id());
        List<DataCell> all = List.copyOf(data.values());
        return switch (method.source()) {
            case Source.Logs(OfflineAlgorithm learner) -> List.of(
                    new LogsCell(name, learner, folder, budget(), seed, task.env(), all));
            case Source.Clones _ -> clones();
            case Source.Simulator _,Source.Ensemble _ -> {
                Map<String, ModelCell> used = new LinkedHashMap<>();
                method.source().models().forEach(model -> used.put(model.name(), cell(model)));
                yield List.of(new SimulatorCell(name, method, folder, budget(), seed, task.env(), used, all));
            }
        };
    }

    /** A model's cell, which is there once. */
    private ModelCell cell(Model model) {
        ModelCell known = models.get(model.name());
        if (known != null) {
            return known;
        }
        String name = named("model " + model.name());
        Path folder = experiment.model(task.name(), seed, model.name());
        ModelCell made = switch (model) {
            case Model.Trained trained -> new TrainedModelCell(name, trained, folder, budget(), seed, task.env(), data);
            case Model.Merged merged -> new MergedModelCell(name, merged, folder, budget(), seed, task.env(),
                    merged.parts().stream().map(this::cell).toList(), List.copyOf(data.values()));
        };
        models.put(model.name(), made);
        return made;
    }

    private List<LogsCell> clones() {
        return data.entrySet().stream()
                .map(domain -> new LogsCell(named("clone " + domain.getKey()), OfflineAlgorithm.GAUSSIAN_CLONING,
                        experiment.cloned(task.name(), seed, domain.getKey()), budget(), seed, task.env(),
                        List.of(domain.getValue())))
                .toList();
    }
}
