package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.rollout.PolicyConfig;
import org.emfuse.rl.rollout.PolicyRun;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * A policy learned in a simulator, and its score.
 *
 * @param models of the simulator, by name
 * @param data of each domain; rollouts begin in all of it
 */
record SimulatorCell(String name, Method method, Path folder, Budget budget, long seed, String env,
        Map<String, ModelCell> models, List<DataCell> data) implements PolicyCell {

    @Override
    public List<Cell> needs() {
        List<Cell> needs = new ArrayList<>(models.values());
        needs.addAll(data);
        return needs;
    }

    @Override
    public long size() {
        return budget.policyUpdates();
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        List<Transitions> domains = data.stream().map(DataCell::read).toList();
        Transitions all = Transitions.concat(domains);
        double[] unit = Simulators.stateUnits(all);
        try (TorchWorkers workers = new TorchWorkers(1);
                Dynamics dynamics = Simulators.of(method, budget, env, this::fileOf, domains,
                        new LangevinSampler(workers));
                PolicyRun run = PolicyRun.open(folder, config(all, dynamics, unit), dynamics, all, true,
                        CHECKPOINT_SECONDS)) {
            if (run.train(stop, step -> progress.accept(step.steps()))) {
                run.finish();
            }
        }
    }

    private Path fileOf(Model model) {
        return Objects.requireNonNull(models.get(model.name())).file();
    }

    private PolicyConfig config(Transitions all, Dynamics dynamics, double[] unit) {
        double price = Simulators.price(budget.penalty(), dynamics, all, unit);
        return new PolicyConfig(env, method.source().models().stream().map(this::fileOf).map(Sha256::of).toList(),
                all.contentHash(), method.id(), budget.simulator(method).toString(), budget.learner(),
                budget.policyUpdates(),
                budget.refreshEvery(),
                budget.rollouts(), budget.horizon(), 5, budget.realShare(), price, budget.evaluateEvery(), 10,
                budget.episodes(), seed);
    }
}
