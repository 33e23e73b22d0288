package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
 * @param damaged the folders of that
 */
record ExperimentRuns(Map<String, Map<String, Map<Long, RunFolder>>> policies,
        Map<String, Map<String, Map<Long, RunFolder>>> models, List<String> problems, Set<Path> damaged) {

    static ExperimentRuns read(ExperimentFolder folder) {
        ExperimentRuns runs = new ExperimentRuns(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(),
                new HashSet<>());
        for (String env : folder.experiment().environments()) {
            runs.policies.put(env, new LinkedHashMap<>());
            runs.models.put(env, new LinkedHashMap<>());
            for (Method method : Method.known(Task.of(env), folder.experiment().budget())) {
                for (long seed : folder.experiment().seeds()) {
                    runs.read(folder.policy(env, seed, method.id()), true).ifPresent(run -> runs.policies.get(env)
                            .computeIfAbsent(method.id(), _ -> new LinkedHashMap<>()).put(seed, run));
                    folder.elsewhere(env, seed, method.id()).forEach(scores -> runs.read(scores, true));
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

    private Optional<RunFolder> read(Path folder, boolean scored) {
        if (!Files.exists(folder.resolve("metrics.jsonl")) && !Files.exists(folder.resolve("result.json"))) {
            return Optional.empty();
        }
        try {
            RunFolder run = RunFolder.read(folder);
            if (scored && run.finished() && run.returns().length == 0) {
                return left(folder, "the result " + folder.resolve("result.json")
                        + " has no returns; remove it, and its cell is done anew");
            }
            return Optional.of(run);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return left(folder, String.valueOf(e.getMessage()));
        }
    }

    private Optional<RunFolder> left(Path folder, String problem) {
        problems.add(problem);
        damaged.add(folder);
        return Optional.empty();
    }

    /** Scores of what is finished. A damaged result is not even missing: the table would stumble over it. */
    ScoreTable scores(Experiment experiment) {
        return ScoreTable.scores(experiment, folder -> !damaged.contains(folder));
    }
}
