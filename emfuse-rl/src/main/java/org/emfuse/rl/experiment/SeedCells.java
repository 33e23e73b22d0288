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
    private final String env;
    private final long seed;
    private final List<Domain> domains;
    private final Map<String, DataCell> data = new LinkedHashMap<>();
    private final Map<String, ModelCell> models = new LinkedHashMap<>();
    private final List<Cell> policies = new ArrayList<>();

    private SeedCells(Experiment experiment, String env, long seed) {
        this.experiment = experiment;
        this.env = env;
        this.seed = seed;
        this.domains = Domain.of(env);
    }

    /** All of them, in an order in which they can be done. */
    static List<Cell> of(Experiment experiment, String env, long seed) {
        SeedCells seedCells = new SeedCells(experiment, env, seed);
        seedCells.domains.forEach(seedCells::addData);
        experiment.selected(env).forEach(seedCells::addPolicy);
        List<Cell> cells = new ArrayList<>(seedCells.data.values());
        cells.addAll(seedCells.models.values());
        cells.addAll(seedCells.policies);
        return cells;
    }

    private String named(String what) {
        return env + " seed " + seed + " " + what;
    }

    private Budget budget() {
        return experiment.budget();
    }

    private void addData(Domain domain) {
        data.put(domain.name(),
                new DataCell(named("data " + domain.name()), experiment.data(env, seed, domain),
                        new CollectConfig(Environments.spec(domain.env()).id(), List.of(domain.policy()), false, 0, 0,
                                budget().transitions(), seed)));
    }

    private void addPolicy(Method method) {
        Path folder = experiment.policy(env, seed, method.id());
        String name = named("policy " + method.id());
        List<DataCell> all = List.copyOf(data.values());
        policies.add(switch (method.source()) {
            case Source.Logs(OfflineAlgorithm learner) ->
                new LogsCell(name, learner, folder, budget(), seed, env, all);
            case Source.Clones _ -> new FusedPolicyCell(name, method, folder, budget(), seed, env, clones());
            case Source.Simulator _,Source.Ensemble _ -> {
                Map<String, ModelCell> used = new LinkedHashMap<>();
                method.source().models().forEach(model -> used.put(model.name(), cell(model)));
                yield new SimulatorCell(name, method, folder, budget(), seed, env, used, all);
            }
        });
    }

    /** A model's cell, which is there once. */
    private ModelCell cell(Model model) {
        ModelCell known = models.get(model.name());
        if (known != null) {
            return known;
        }
        String name = named("model " + model.name());
        Path folder = experiment.model(env, seed, model.name());
        ModelCell made = switch (model) {
            case Model.Trained trained -> new TrainedModelCell(name, trained, folder, budget(), seed, env, data);
            case Model.Merged merged -> new MergedModelCell(name, merged, folder, budget(), seed, env,
                    merged.parts().stream().map(this::cell).toList(), List.copyOf(data.values()));
        };
        models.put(model.name(), made);
        return made;
    }

    private List<LogsCell> clones() {
        List<LogsCell> clones = data.entrySet().stream()
                .map(domain -> new LogsCell(named("clone " + domain.getKey()), OfflineAlgorithm.GAUSSIAN_CLONING,
                        experiment.cloned(env, seed, domain.getKey()), budget(), seed, env,
                        List.of(domain.getValue())))
                .toList();
        policies.addAll(clones);
        return clones;
    }
}
