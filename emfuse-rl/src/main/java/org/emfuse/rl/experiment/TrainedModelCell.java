package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.etm.CommonScales;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.ModelRun;
import org.emfuse.rl.etm.ModelTraining;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.gaussian.GaussianTraining;
import org.emfuse.rl.random.RandomStream;

/**
 * One transition model, trained on the data of one domain or of several pooled.
 *
 * @param data of every domain, by name
 */
record TrainedModelCell(String name, Model.Trained model, Path folder, Budget budget, long seed, String env,
        Map<String, DataCell> data) implements ModelCell {

    @Override
    public List<Cell> needs() {
        return List.copyOf(model.kind() == Model.Kind.ADETM_COMMON_SCALES ? data.values() : own());
    }

    private List<DataCell> own() {
        return data.entrySet().stream().filter(domain -> model.domains().contains(domain.getKey()))
                .map(Map.Entry::getValue).toList();
    }

    @Override
    public long size() {
        return budget.modelUpdates();
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        try (ModelRun<ModelTraining> run = ModelRun.open(folder, this::training, true, CHECKPOINT_SECONDS)) {
            if (model.kind() == Model.Kind.ADETM_UNTRAINED
                    || run.train(stop, step -> progress.accept(step.steps()))) {
                run.finish();
            }
        }
    }

    private ModelTraining training() {
        TransitionSpace space = TransitionSpace.of(Environments.spec(env));
        Transitions all = Transitions.concat(own().stream().map(DataCell::read).toList());
        String hash = all.contentHash();
        return switch (model.kind()) {
            case ADETM, ADETM_UNTRAINED ->
                new EnergyTraining(model.name(), budget.model(seed, hash), space, all, 1);
            case ADETM_COMMON_SCALES -> new EnergyTraining(model.name(), budget.model(seed, hash), space,
                    HoldOut.of(all, space, budget.longest(), seed), commonScales(space), 1);
            case ETM -> new EnergyTraining(model.name(), budget.etm(seedOfMember(), hash), space, all, 1);
            case GAUSSIAN_ENSEMBLE -> new GaussianTraining(model.name(),
                    budget.gaussian(GaussianKind.ENSEMBLE, seed, hash), space, all);
            case ANY_STEP_GAUSSIAN -> new GaussianTraining(model.name(),
                    budget.gaussian(GaussianKind.ANY_STEP, seed, hash), space, all);
        };
    }

    private long seedOfMember() {
        return RandomStream.of(seed, "member " + model.member()).nextLong();
    }

    /** Of the parts of all domains' data that are trained on. */
    private Normaliser.Values commonScales(TransitionSpace space) {
        return CommonScales.of(data.values().stream()
                .map(domain -> HoldOut.of(domain.read(), space, budget.longest(), seed).training())
                .map(training -> CommonScales.Domain.of(new SliceData(training, budget.longest()))).toList());
    }
}
