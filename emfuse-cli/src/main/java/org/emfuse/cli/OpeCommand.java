package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.collect.Behaviour;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.PolicyValue;
import org.emfuse.rl.rollout.Rollouts;
import org.emfuse.rl.rollout.StartHistories;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Off-policy evaluation of given policies in a simulator. */
@Command(name = "ope", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "The value of given policies in a simulator of transition models, from logged states; nothing is learned.",
    "Without an environment this is what can be known of a policy before it acts. With --env the policies "
            + "act there too, and the ranking is judged.",
    ""}, footer = {"", "Example:",
        "  emfuse rl ope --model models/a --model models/b --data all.hdf5 --policy runs/x/policy.safetensors --policy"
                + " runs/y/policy.safetensors"})
final class OpeCommand implements Callable<Integer> {

    @Mixin
    private SimulatorOptions simulator = new SimulatorOptions();

    @Option(names = "--policy", required = true, paramLabel = "NAME", description = "A policy file, or with --env a scripted controller. Repeatable.")
    private List<String> policies = List.of();

    @Option(names = "--env", paramLabel = "ID", description = "The environment, to compare values with true returns.")
    @Nullable
    private String env;

    @Option(names = "--trajectories", paramLabel = "N", defaultValue = "200", description = "Of each policy. Default: ${DEFAULT-VALUE}.")
    private int trajectories;

    @Option(names = "--horizon", paramLabel = "H", defaultValue = "50", description = "Steps of each. Default: ${DEFAULT-VALUE}.")
    private int horizon;

    @Option(names = "--gamma", paramLabel = "G", defaultValue = "0.99", description = "Discount per step, at most 1. Default: ${DEFAULT-VALUE}.")
    private double gamma;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (!(gamma > 0 && gamma <= 1) || trajectories < 1 || horizon < 1) {
            throw new IllegalArgumentException(
                    "--gamma is in (0, 1], --trajectories and --horizon are at least 1, found "
                            + gamma + ", " + trajectories + " and " + horizon);
        }
        EnvSpec spec = env == null ? null : Environments.spec(env);
        List<Transitions> logs = simulator.logs(output);
        Transitions all = Transitions.concat(logs);
        List<PolicyValue> values = new ArrayList<>();
        List<Double> truth = new ArrayList<>();
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Runtime.getRuntime().availableProcessors());
                Dynamics dynamics = simulator.open(logs, Simulators.stateUnits(all),
                        new LangevinSampler(workers));
                Progress progress = new Progress(output, "policies", policies.size(), 0)) {
            Rollouts rollouts = new Rollouts(dynamics, new StartHistories(all, dynamics.longestSlice()),
                    spec == null ? _ -> false : Environments.termination(spec.id()));
            for (String name : policies) {
                evaluate(name, spec, rollouts, values, truth);
                progress.step();
            }
        }
        report(values, truth, spec == null
                ? null
                : PolicyValue.Ranking.of(values.stream().map(PolicyValue::value).toList(), truth));
        return 0;
    }

    private void evaluate(String name, @Nullable EnvSpec spec, Rollouts rollouts, List<PolicyValue> values,
            List<Double> truth) {
        if (spec == null) {
            try (GaussianActor actor = PolicyFile.read(Path.of(name)).actor()) {
                values.add(value(rollouts, ActorPolicy.deterministic(actor)));
            }
            return;
        }
        try (Behaviour behaviour = Behaviour.open(name, spec, true)) {
            values.add(value(rollouts, behaviour.policy()));
            truth.add(Evaluation.run(behaviour.policy(), spec.id(), 100, seed).mean());
        }
    }

    private PolicyValue value(Rollouts rollouts, Policy policy) {
        return PolicyValue.of(rollouts, policy, trajectories, horizon, gamma, RandomStream.of(seed, "ope"));
    }

    private void report(List<PolicyValue> values, List<Double> truth, PolicyValue.@Nullable Ranking ranking) {
        Table table = new Table("policy", "value", "deviation", "uncertainty", "true return");
        List<Map<String, Object>> results = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            PolicyValue value = values.get(i);
            table.add(policies.get(i), SimulatorOptions.number(value.value()),
                    SimulatorOptions.number(value.deviation()), SimulatorOptions.number(value.uncertainty()),
                    truth.isEmpty() ? "-" : SimulatorOptions.number(truth.get(i)));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("policy", policies.get(i));
            result.put("value", value.value());
            result.put("deviation", value.deviation());
            result.put("trajectories", value.trajectories());
            result.put("uncertainty", value.uncertainty());
            if (!truth.isEmpty()) {
                result.put("true_return", truth.get(i));
            }
            results.add(result);
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            if (ranking != null) {
                output.out().printf(Locale.ROOT, "rank correlation %.3f; regret of the first choice %.3f%n",
                        ranking.correlation(), ranking.regret());
            }
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("results", results);
        if (ranking != null) {
            result.put("correlation", Double.isFinite(ranking.correlation()) ? ranking.correlation() : null);
            result.put("regret", ranking.regret());
        }
        result.put("run", RlRecord.of("rl ope", output.arguments(), seed,
                Map.of("trajectories", trajectories, "horizon", horizon, "gamma", gamma), simulator.inputs()));
        output.writeJson(result);
    }
}
