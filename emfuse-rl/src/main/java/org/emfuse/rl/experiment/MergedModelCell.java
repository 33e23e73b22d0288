package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.record.RunRecord;
import org.emfuse.record.Sha256;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.etm.RegMean;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.etm.Soup;
import org.emfuse.rl.torch.TorchWorkers;
import org.emfuse.rl.train.RunResult;

/**
 * One transition model made of the weights of others, in one go.
 *
 * @param parts the models that it is made of
 * @param data of each part's domain
 */
record MergedModelCell(String name, Model.Merged model, Path folder, Budget budget, long seed, String env,
        List<ModelCell> parts, List<DataCell> data) implements ModelCell {

    private static final double OFF_DIAGONAL = 0.9;
    private static final int SLICES = 2000;
    private static final int EVALUATION_ROWS = 500;

    @Override
    public List<Cell> needs() {
        List<Cell> needs = new ArrayList<>(parts);
        needs.addAll(data);
        return needs;
    }

    @Override
    public long size() {
        return 1;
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        long began = System.nanoTime();
        Folders.make(folder);
        TransitionSpace space = TransitionSpace.of(Environments.spec(env));
        List<HoldOut> domains = data.stream().map(domain -> HoldOut.of(domain.read(), space, budget.longest(), seed))
                .toList();
        List<EnergyModel> models = new ArrayList<>();
        try (TorchWorkers workers = new TorchWorkers(1)) {
            LangevinSampler sampler = new LangevinSampler(workers);
            parts.forEach(part -> models.add(EnergyModelFile.read(part.file())));
            try (EnergyModel merged = merged(models, domains, sampler)) {
                SliceData apart = new SliceData(Transitions.concat(domains.stream().map(HoldOut::apart).toList()),
                        budget.longest());
                PredictionError error = PredictionError.of(merged, apart, budget.prediction(), EVALUATION_ROWS,
                        sampler);
                EnergyModelFile.write(file(), merged, Map.of("algorithm", model.name(), "seed", Long.toString(seed)));
                RunResult.ofModel(model.name(), 0, error.scalars(), (System.nanoTime() - began) / 1e9, record())
                        .write(folder.resolve("result.json"));
            }
        } finally {
            models.forEach(EnergyModel::close);
        }
        progress.accept(1);
    }

    private EnergyModel merged(List<EnergyModel> models, List<HoldOut> domains, LangevinSampler sampler) {
        return switch (model.by()) {
            case SOUP -> Soup.of(model.name(), models);
            case REGMEAN -> new RegMean(OFF_DIAGONAL, SLICES, budget.negatives(),
                    Langevin.negatives().withSteps(budget.negativeSteps()), seed).merge(model.name(), models,
                            domains.stream().map(domain -> new SliceData(domain.training(), budget.longest())).toList(),
                            sampler);
        };
    }

    private RunRecord record() {
        Map<String, String> inputs = new LinkedHashMap<>();
        parts.forEach(part -> inputs.put(part.name(), Sha256.of(part.file())));
        return RunResult.record("rl table " + model.name(), seed, Map.of("budget", budget), inputs);
    }
}
