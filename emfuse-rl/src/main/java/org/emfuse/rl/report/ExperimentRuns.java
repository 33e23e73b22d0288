package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.emfuse.rl.experiment.Experiment;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.Method;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Task;

/**
 * The trainings of an experiment as far as they are. One that cannot be read is left out and named.
 *
 * @param policies runs by environment, method and seed
 * @param models runs by environment, model and seed
 * @param problems what could not be read, and why
 */
record ExperimentRuns(Map<String, Map<String, Map<Long, RunFolder>>> policies,
        Map<String, Map<String, Map<Long, RunFolder>>> models, List<String> problems) {

    static ExperimentRuns read(ExperimentFolder folder) {
        ExperimentRuns runs = new ExperimentRuns(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
        for (String env : folder.experiment().environments()) {
            runs.policies.put(env, new LinkedHashMap<>());
            runs.models.put(env, new LinkedHashMap<>());
            for (Method method : Method.known(Task.of(env).domains(), folder.experiment().budget())) {
                for (long seed : folder.experiment().seeds()) {
                    runs.policy(folder, env, seed, method).ifPresent(run -> runs.policies.get(env)
                            .computeIfAbsent(method.id(), _ -> new LinkedHashMap<>()).put(seed, run));
                }
            }
            for (long seed : folder.experiment().seeds()) {
                for (String model : folder.models(env, seed)) {
                    runs.read(folder.model(env, seed, model), false).ifPresent(run -> runs.models.get(env)
                            .computeIfAbsent(model, _ -> new LinkedHashMap<>()).put(seed, run));
                }
            }
        }
        return runs;
    }

    /** A policy's training, unless one of its scores cannot be read. */
    private Optional<RunFolder> policy(ExperimentFolder folder, String env, long seed, Method method) {
        Path place = folder.policy(env, seed, method.id());
        List<Path> elsewhere = folder.scores(env, seed, method.id()).stream().filter(each -> !each.equals(place))
                .filter(each -> Files.exists(each.resolve("result.json"))).toList();
        return elsewhere.stream().allMatch(each -> read(each, true).isPresent())
                ? read(place, true)
                : Optional.empty();
    }

    private Optional<RunFolder> read(Path folder, boolean scored) {
        if (!Files.exists(folder.resolve("metrics.jsonl")) && !Files.exists(folder.resolve("result.json"))) {
            return Optional.empty();
        }
        try {
            RunFolder run = RunFolder.read(folder);
            if (scored && run.finished() && run.returns().length == 0) {
                problems.add("the result " + folder.resolve("result.json")
                        + " has no returns; remove it, and its cell is done anew");
                return Optional.empty();
            }
            return Optional.of(run);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Scores of what is finished. A damaged result is not even missing: the table would stumble over it. */
    ScoreTable scores(Experiment experiment) {
        ExperimentFolder folder = new ExperimentFolder(experiment);
        return ScoreTable.scores(experiment, (env, method, seed) -> policies.getOrDefault(env, Map.of())
                .getOrDefault(method, Map.of()).containsKey(seed)
                || !Files.exists(folder.policy(env, seed, method).resolve("result.json")));
    }
}
