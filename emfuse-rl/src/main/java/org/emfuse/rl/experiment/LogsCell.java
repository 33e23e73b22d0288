package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.train.OfflineConfig;
import org.emfuse.rl.train.OfflineRun;

/** A policy learned from the data of one or more domains without a simulator, and its score. */
record LogsCell(String name, OfflineAlgorithm learner, Path folder, Budget budget, long seed, String env,
        List<DataCell> data) implements PolicyCell {

    @Override
    public List<Cell> needs() {
        return List.copyOf(data);
    }

    @Override
    public long size() {
        return budget.policyUpdates();
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        Transitions all = Transitions.concat(data.stream().map(DataCell::read).toList());
        OfflineConfig config = new OfflineConfig(learner, env, all.contentHash(), List.of(), budget.policyUpdates(),
                budget.policyBatch(), budget.hidden(), 0.99, budget.evaluateEvery(), 10, budget.episodes(), seed);
        try (OfflineRun run = OfflineRun.open(folder, config, all, true, CHECKPOINT_SECONDS)) {
            if (run.train(stop, step -> progress.accept(step.steps()))) {
                run.finish();
            }
        }
    }
}
