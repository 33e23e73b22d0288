package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.ModelRun;

/**
 * One transition model, trained on the data of one domain or of several pooled.
 *
 * @param model its name
 * @param data that it is trained on
 */
record ModelCell(String name, String model, Path folder, Budget budget, long seed, String env, List<DataCell> data)
        implements
            Cell {

    @Override
    public List<Cell> needs() {
        return List.copyOf(data);
    }

    @Override
    public boolean done() {
        return Files.exists(file()) && Files.exists(folder.resolve("result.json"));
    }

    @Override
    public long size() {
        return budget.modelUpdates();
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        Transitions all = Transitions.concat(data.stream().map(DataCell::read).toList());
        try (ModelRun<EnergyTraining> run = ModelRun.open(folder,
                () -> new EnergyTraining(model, budget.model(seed, all.contentHash()),
                        TransitionSpace.of(Environments.spec(env)), all, 1),
                true, CHECKPOINT_SECONDS)) {
            if (run.train(stop, step -> progress.accept(step.steps()))) {
                run.finish();
            }
        }
    }

    /** The trained model's file. */
    Path file() {
        return folder.resolve("model.safetensors");
    }
}
