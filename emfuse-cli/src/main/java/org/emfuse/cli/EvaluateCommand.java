package org.emfuse.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.collect.Behaviour;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.stats.Statistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Returns of policies in an environment. */
@Command(name = "evaluate", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Plays fixed episodes with policies and prints their returns and normalised scores.",
    "0 is the score of random actions, 100 that of the reference controller.", ""}, footer = {"", "Examples:",
        "  emfuse rl evaluate --env Pendulum-v1 --policy runs/pendulum/policy.safetensors",
        "  emfuse rl evaluate --env CartPoleSwingUp-v0 --policy cartpole-swingup --policy random --json -"})
final class EvaluateCommand implements Callable<Integer> {

    @Option(names = "--env", required = true, paramLabel = "ID", description = "The environment; emfuse rl envs lists them.")
    private String env = "";

    @Option(names = "--policy", required = true, paramLabel = "POLICY", description = "A controller's name or a policy file (.safetensors). May be repeated.")
    private List<String> policies = List.of();

    @Option(names = "--episodes", paramLabel = "N", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
    private int episodes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1000000", description = "Episode k starts with seed S + k. Default: ${DEFAULT-VALUE}, that of final evaluations.")
    private long seed;

    @Option(names = "--stochastic", description = "Policy networks sample their actions instead of acting by their mode.")
    private boolean stochastic;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        EnvSpec spec = Environments.spec(env);
        if (!spec.id().equals(spec.name())) {
            output.notice("scores of " + spec.id() + " are relative to the returns of " + spec.name()
                    + " with its standard parameters");
        }
        Table table = new Table("policy", "return", "standard error", "score", "least", "greatest", "steps");
        List<Map<String, Object>> results = new ArrayList<>();
        Map<String, String> inputs = new LinkedHashMap<>();
        for (String policy : policies) {
            try (Behaviour behaviour = Behaviour.open(policy, spec, !stochastic)) {
                Evaluation.Result result = Evaluation.run(behaviour.policy(), spec.id(), episodes, seed);
                inputs.put(behaviour.id(), behaviour.hash());
                results.add(entry(behaviour.id(), spec, result, table));
            }
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().flush();
        }
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("env", spec.id());
        record.put("results", results);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("episodes", episodes);
        settings.put("stochastic", stochastic);
        record.put("run", RlRecord.of("rl evaluate", output.arguments(), seed, settings, inputs));
        output.writeJson(record);
        return 0;
    }

    private static Map<String, Object> entry(String policy, EnvSpec spec, Evaluation.Result result, Table table) {
        double[] returns = result.returns();
        double mean = result.mean();
        double error = returns.length > 1 ? Statistics.standardError(returns) : Double.NaN;
        double score = spec.reference().normalise(mean);
        double steps = Arrays.stream(result.lengths()).average().orElseThrow();
        table.add(policy, number(mean), Double.isNaN(error) ? "-" : number(error), number(score),
                number(Arrays.stream(returns).min().orElseThrow()), number(Arrays.stream(returns).max().orElseThrow()),
                number(steps));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("policy", policy);
        entry.put("mean", mean);
        if (!Double.isNaN(error)) {
            entry.put("standardError", error);
        }
        entry.put("score", score);
        entry.put("returns", returns);
        entry.put("lengths", result.lengths());
        return entry;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
