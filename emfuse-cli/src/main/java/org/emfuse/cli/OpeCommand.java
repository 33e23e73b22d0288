package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.collect.Behaviour;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.policy.PolicySpace;
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
    "The value of given policies in simulators, from logged states; nothing is learned. The simulators are those of "
            + "each model alone and, of several, of all fused.",
    "Without an environment this is what can be known of a policy before it acts. With --env the policies "
            + "act there too, and each simulator's ranking is judged: by the rank correlation of values and true returns, and by "
            + "what its first choice loses (regret, as a share of the range of true returns). Values are discounted and of "
            + "H steps, true returns those of whole episodes from the environment's own starts.",
    ""}, footer = {"", "Example:",
        "  emfuse rl ope --model models/a --model models/b --data all.hdf5 --policy runs/x/policy.safetensors --policy"
                + " runs/y/policy.safetensors"})
final class OpeCommand implements Callable<Integer> {

    private static final int EPISODES = 100;

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

    /** What one simulator makes of the policies. */
    private record Judged(String model, List<PolicyValue> values) {

        PolicyValue.Ranking ranking(List<Double> truth) {
            return PolicyValue.Ranking.of(values.stream().map(PolicyValue::value).toList(), truth);
        }
    }

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
        double[] unit = Simulators.stateUnits(all);
        List<Judged> judged = new ArrayList<>();
        List<Double> truth = new ArrayList<>();
        List<OpenPolicy> opened = new ArrayList<>();
        List<List<Path>> simulators = simulator.each();
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Runtime.getRuntime().availableProcessors());
                Progress progress = new Progress(output, "policies", (long) policies.size() * simulators.size(), 0)) {
            policies.forEach(name -> opened.add(OpenPolicy.of(name, spec)));
            for (List<Path> files : simulators) {
                try (Dynamics dynamics = simulator.open(files, logs, unit, new LangevinSampler(workers))) {
                    judged.add(new Judged(SimulatorOptions.called(files, dynamics),
                            values(dynamics, all, spec, opened, progress)));
                }
            }
            if (spec != null) {
                opened.forEach(policy -> truth.add(Evaluation.run(policy.policy, spec.id(), EPISODES, seed).mean()));
            }
        } finally {
            opened.forEach(OpenPolicy::close);
        }
        judged.forEach(this::sayDropped);
        report(judged, truth);
        return 0;
    }

    private List<PolicyValue> values(Dynamics dynamics, Transitions all, @Nullable EnvSpec spec,
            List<OpenPolicy> opened,
            Progress progress) {
        if (spec != null) {
            dynamics.space().requireSame("the simulator " + dynamics.name(), TransitionSpace.of(spec),
                    "the environment " + spec.id());
        }
        Rollouts rollouts = new Rollouts(dynamics, new StartHistories(all, dynamics.longestSlice()),
                spec == null ? _ -> false : Environments.termination(spec.id()));
        List<PolicyValue> values = new ArrayList<>();
        for (OpenPolicy policy : opened) {
            policy.requireFit(dynamics);
            values.add(PolicyValue.of(rollouts, policy.policy, trajectories, horizon, gamma,
                    RandomStream.of(seed, "ope")));
            progress.step();
        }
        return values;
    }

    /** A policy that is open, and the space that its file names; a scripted controller has none. */
    private record OpenPolicy(String name, Policy policy, @Nullable PolicySpace space, Runnable owned)
            implements
                AutoCloseable {

        static OpenPolicy of(String name, @Nullable EnvSpec spec) {
            if (spec == null) {
                PolicyFile file = PolicyFile.read(Path.of(name));
                return new OpenPolicy(name, ActorPolicy.deterministic(file.actor()), file.space(), file.actor()::close);
            }
            Behaviour behaviour = Behaviour.open(name, spec, true);
            return new OpenPolicy(name, behaviour.policy(), null, behaviour::close);
        }

        /** Of an environment the spaces were compared; of logs alone, sizes and the actions' ranges have to do. */
        void requireFit(Dynamics dynamics) {
            TransitionSpace other = dynamics.space();
            if (space != null && (space.observations().size() != other.observationSize()
                    || !ranges(space.actions()).equals(ranges(other.actions())))) {
                throw new IllegalArgumentException("the policy " + name + " sees " + space.observations().size()
                        + " coordinates and acts in " + ranges(space.actions()) + "; the simulator " + dynamics.name()
                        + " has " + other.observationSize() + " and " + ranges(other.actions())
                        + "; give policies and models of one environment");
            }
        }

        private static List<String> ranges(List<Quantity> actions) {
            return actions.stream().map(action -> action.low() + " to " + action.high()).toList();
        }

        @Override
        public void close() {
            owned.run();
        }
    }

    private void sayDropped(Judged simulated) {
        for (int i = 0; i < policies.size(); i++) {
            if (simulated.values.get(i).dropped() > 0) {
                output.notice("with the policy " + policies.get(i) + " the simulator " + simulated.model
                        + " made predictions that are not finite in " + simulated.values.get(i).dropped() + " of "
                        + trajectories + " trajectories; they are left out");
            }
        }
    }

    private void report(List<Judged> judged, List<Double> truth) {
        Table table = new Table("model", "policy", "value", "deviation", "uncertainty", "true return");
        Table rankings = new Table("model", "rank correlation", "regret of the first choice");
        List<Map<String, Object>> results = new ArrayList<>();
        List<Map<String, Object>> ranked = new ArrayList<>();
        for (Judged simulated : judged) {
            for (int i = 0; i < policies.size(); i++) {
                PolicyValue value = simulated.values.get(i);
                table.add(simulated.model, policies.get(i), SimulatorOptions.number(value.value()),
                        SimulatorOptions.number(value.deviation()), SimulatorOptions.number(value.uncertainty()),
                        truth.isEmpty() ? "-" : SimulatorOptions.number(truth.get(i)));
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("model", simulated.model);
                result.put("policy", policies.get(i));
                result.put("value", value.value());
                result.put("deviation", value.deviation());
                result.put("trajectories", value.trajectories());
                result.put("dropped", value.dropped());
                result.put("uncertainty", value.uncertainty());
                if (!truth.isEmpty()) {
                    result.put("true_return", truth.get(i));
                }
                results.add(result);
            }
            if (!truth.isEmpty()) {
                PolicyValue.Ranking ranking = simulated.ranking(truth);
                rankings.add(simulated.model, SimulatorOptions.number(ranking.correlation()),
                        SimulatorOptions.number(ranking.regret()));
                Map<String, Object> rank = new LinkedHashMap<>();
                rank.put("model", simulated.model);
                rank.put("correlation", Double.isFinite(ranking.correlation()) ? ranking.correlation() : null);
                rank.put("regret", ranking.regret());
                ranked.add(rank);
            }
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            if (!truth.isEmpty()) {
                output.out().println();
                output.out().print(rankings);
            }
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("results", results);
        if (!truth.isEmpty()) {
            result.put("rankings", ranked);
        }
        result.put("run", RlRecord.of("rl ope", output.arguments(), seed,
                Map.of("trajectories", trajectories, "horizon", horizon, "gamma", gamma), simulator.inputs()));
        output.writeJson(result);
    }
}
