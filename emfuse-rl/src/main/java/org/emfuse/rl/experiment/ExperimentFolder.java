package org.emfuse.rl.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.emfuse.record.WholeFile;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.env.Names;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an experiment left in its folder, finished or not.
 *
 * @param experiment of all environments, seeds and methods of which there is anything
 */
public record ExperimentFolder(Experiment experiment) {

    /** A setting that this version does not know is another budget; one that an earlier version did not have is what was usual. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final String BUDGET = "budget.json";
    private static final Pattern SEED = Pattern.compile("seed-(-?\\d{1,18})");

    /** Whether a folder is that of an experiment. */
    public static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(BUDGET));
    }

    /**
     * Looks at a folder.
     *
     * @throws IllegalArgumentException if it is not that of an experiment, its budget is damaged, or there is nothing yet
     */
    public static ExperimentFolder read(Path folder) {
        requireOne(folder);
        List<String> environments = names(folder).stream().filter(Task.names()::contains).toList();
        List<Long> seeds = environments.stream().flatMap(env -> names(folder.resolve(env)).stream())
                .map(SEED::matcher).filter(Matcher::matches).map(name -> Long.parseLong(name.group(1))).distinct()
                .sorted().toList();
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("the experiment in " + folder + " has no results yet; expected folders"
                    + " like " + Task.names().stream().sorted().findFirst().orElseThrow()
                    + "/seed-1 in it");
        }
        Budget budget = budget(folder);
        List<String> methods = new ArrayList<>();
        environments.forEach(
                env -> Method.known(Task.of(env), budget).forEach(method -> methods.add(method.id())));
        return new ExperimentFolder(new Experiment(folder, budget, environments, seeds,
                methods.stream().distinct().toList()));
    }

    /**
     * Gives a folder its budget, once and for all.
     *
     * @throws IllegalArgumentException if it has another one, or one that is damaged
     */
    static void claim(Path folder, Budget budget) {
        Path file = folder.resolve(BUDGET);
        String mine = JSON.writeValueAsString(budget);
        if (Files.notExists(file)) {
            WholeFile.write(file, mine);
            return;
        }
        if (!budget(folder).equals(budget)) {
            throw new IllegalArgumentException("the folder " + folder + " holds results of another budget, "
                    + text(file) + "; name another folder for " + mine);
        }
    }

    private static void requireOne(Path folder) {
        if (!is(folder)) {
            throw new IllegalArgumentException("the folder " + folder + " holds no " + BUDGET
                    + "; name a folder that rl table or rl quickstart wrote");
        }
    }

    /**
     * The budget of everything in a folder.
     *
     * @throws IllegalArgumentException if it is not that of an experiment, or its budget is damaged
     */
    public static Budget budget(Path folder) {
        requireOne(folder);
        Path file = folder.resolve(BUDGET);
        try {
            Budget budget = JSON.readValue(text(file), Budget.class);
            if (budget != null && budget.name() != null) {
                return budget;
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(damaged(file), e);
        }
        throw new IllegalArgumentException(damaged(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read as text", e);
        }
    }

    private static String damaged(Path file) {
        return "the budget " + file + " is damaged: expected the JSON object that rl table and rl quickstart write;"
                + " run the experiment anew in another folder";
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be listed", e);
        }
    }

    /** The numbers of the budget, as they are written. */
    public Map<String, String> budget() {
        Map<String, String> numbers = new LinkedHashMap<>();
        JSON.readTree(text(experiment.folder().resolve(BUDGET))).properties()
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asString()));
        return numbers;
    }

    /** The logs of a domain, HDF5 in D4RL's layout; may be missing. */
    public Path data(String env, long seed, String domain) {
        return experiment.place(env, seed).resolve("data").resolve(domain + ".hdf5");
    }

    /** The folder of a model's training; may be missing. */
    public Path model(String env, long seed, String model) {
        return experiment.place(env, seed).resolve("models").resolve(model);
    }

    /** The folder of a policy's training; may be missing. */
    public Path policy(String env, long seed, String method) {
        return experiment.policy(env, seed, method);
    }

    /** The folders of a policy's scores besides that in the task's own environment; may be missing. */
    public List<Path> elsewhere(String env, long seed, String method) {
        Task task = Task.of(env);
        return task.elsewhere().stream().map(id -> experiment.score(task, seed, method, id)).toList();
    }

    /**
     * The simulator that a method's policy learned in; the caller closes it.
     *
     * @param method by its id
     * @throws IllegalArgumentException if there is no such method, or it has no simulator
     */
    public Dynamics simulator(String env, long seed, String method, LangevinSampler sampler) {
        List<Method> known = Method.known(Task.of(env), experiment.budget()).stream()
                .filter(each -> !each.source().models().isEmpty()).toList();
        List<String> names = known.stream().map(Method::id).toList();
        Method named = known.get(names.indexOf(Names.known("method with a simulator", method, names)));
        return Simulators.of(named, experiment.budget(), Task.of(env).env(),
                model -> model(env, seed, model.name()).resolve("model.safetensors"), domains(env, seed), sampler);
    }

    /** The logs of all domains, in their order. */
    public List<Transitions> domains(String env, long seed) {
        return Task.of(env).domains().stream()
                .map(domain -> D4rlFile.read(data(env, seed, domain.name())).transitions())
                .toList();
    }

    /** Names of the folders of models that are there. */
    public List<String> models(String env, long seed) {
        return names(experiment.place(env, seed).resolve("models"));
    }
}
