package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.Method;
import org.emfuse.rl.experiment.Model;

/**
 * What a method costs (spec 06 §10), texts; a dash where it was not measured. Times are wall-clock means over seeds as results
 * record them.
 *
 * @param parameters of the simulator's models together
 * @param disk size of their files
 * @param modelUpdates training batches of all of them, and of the models that some are merged from
 * @param modelSeconds of their trainings, one after the other; merging included
 * @param policyUpdates of the learner
 * @param policySeconds of learning, evaluations and the final score included
 * @param modelSteps made in the simulator while learning
 * @param stepsPerSecond of these, learning included
 */
record CostRow(String env, String method, String parameters, String disk, String modelUpdates, String modelSeconds,
        String policyUpdates, String policySeconds, String modelSteps, String stepsPerSecond) {

    static final String MISSING = "–";

    static CostRow of(ExperimentFolder folder, ExperimentRuns runs, String env, Method method) {
        Map<String, Map<Long, RunFolder>> models = runs.models().getOrDefault(env, Map.of());
        List<String> needed = method.source().models().stream().map(Model::name).toList();
        boolean simulator = !needed.isEmpty();
        List<Map<Long, RunFolder>> used = trained(method).stream().map(name -> models.getOrDefault(name, Map.of()))
                .toList();
        Collection<RunFolder> policies = runs.policies().getOrDefault(env, Map.of())
                .getOrDefault(method.id(), Map.of()).values();
        Optional<ModelSize> size = simulator ? size(folder, env, needed) : Optional.empty();
        OptionalDouble seconds = mean(policies, "seconds");
        OptionalDouble steps = simulator
                ? policies.stream().filter(RunFolder::finished).mapToDouble(CostRow::steps).average()
                : OptionalDouble.empty();
        return new CostRow(env, method.id(), size.map(each -> String.format(Locale.ROOT, "%,d", each.parameters()))
                .orElse(MISSING),
                size.map(each -> String.format(Locale.ROOT, "%.2f MB", each.bytes() / 1e6)).orElse(MISSING),
                text(simulator ? sum(used, "steps") : OptionalDouble.empty()),
                text(simulator ? sum(used, "seconds") : OptionalDouble.empty()), text(mean(policies, "steps")),
                text(seconds), text(steps),
                seconds.isPresent() && steps.isPresent()
                        ? text(OptionalDouble.of(steps.getAsDouble() / seconds.getAsDouble()))
                        : MISSING);
    }

    /** Names of the models that work went into: those of the simulator, and those that these are merged from. */
    private static List<String> trained(Method method) {
        return method.source().models().stream().flatMap(model -> switch (model) {
            case Model.Trained trained -> Stream.of(trained.name());
            case Model.Merged merged -> Stream.concat(merged.parts().stream().map(Model.Trained::name),
                    Stream.of(merged.name()));
        }).toList();
    }

    /** Of the first seed that has all models. */
    private static Optional<ModelSize> size(ExperimentFolder folder, String env, List<String> needed) {
        for (long seed : folder.experiment().seeds()) {
            List<Path> files = needed.stream()
                    .map(name -> folder.model(env, seed, name).resolve("model.safetensors")).toList();
            if (files.stream().allMatch(Files::isRegularFile)) {
                try {
                    return files.stream().map(ModelSize::of).reduce(ModelSize::plus);
                } catch (IllegalArgumentException | UncheckedIOException e) {
                    return Optional.empty(); // the pictures tell which file is damaged
                }
            }
        }
        return Optional.empty();
    }

    private static double steps(RunFolder run) {
        return run.metrics().curve("rollouts", "steps", run.name()).stream()
                .flatMapToDouble(curve -> Arrays.stream(curve.values())).sum();
    }

    /** Over finished runs. */
    private static OptionalDouble mean(Collection<RunFolder> runs, String number) {
        return runs.stream().filter(RunFolder::finished).map(run -> run.details().getOrDefault(number, ""))
                .filter(text -> text.matches("[0-9.eE+-]+")).mapToDouble(Double::parseDouble).average();
    }

    /** Of several models' means; empty where one is missing. */
    private static OptionalDouble sum(List<Map<Long, RunFolder>> models, String number) {
        double sum = 0;
        for (Map<Long, RunFolder> runs : models) {
            OptionalDouble mean = mean(runs.values(), number);
            if (mean.isEmpty()) {
                return mean;
            }
            sum += mean.getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    private static String text(OptionalDouble value) {
        return value.isEmpty() ? MISSING : String.format(Locale.ROOT, "%,.0f", value.getAsDouble());
    }
}
