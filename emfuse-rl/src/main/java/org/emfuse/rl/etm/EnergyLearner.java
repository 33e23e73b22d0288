package org.emfuse.rl.etm;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * Contrastive learning of an energy (InfoNCE) against negatives that the model's own chains find, with a penalty on steep
 * energies (spec 05 §1). Per batch, summed over its slices:
 *
 * <pre>
 * L = -log [ exp(-E(u⁺)) / (exp(-E(u⁺)) + Σ_k exp(-E(u⁻_k))) ] + mean_k max(0, |∂E/∂u_k| - margin)²
 * </pre>
 */
final class EnergyLearner implements AutoCloseable {

    private final EnergyConfig config;
    private final EnergyModel model;
    private final Adam adam;
    private final TorchWorkers workers;
    private final LangevinSampler sampler;
    private final RandomStream chains;

    /** A learner of a model, which it does not own. */
    EnergyLearner(EnergyConfig config, EnergyModel model, TorchWorkers workers) {
        this.config = config;
        this.model = model;
        this.adam = new Adam(model.parameters(), config.rate(), config.weightDecay());
        this.workers = workers;
        this.sampler = new LangevinSampler(workers);
        this.chains = RandomStream.of(config.seed(), "negatives");
    }

    /** One update; returns what it measured, by name. */
    Map<String, Double> update(SliceBatch batch, double rate) {
        adam.rate(rate);
        try (TorchScope _ = new TorchScope()) {
            long b = batch.targets().size(0);
            int k = config.negatives();
            Tensor fixed = model.fixed(batch.slices());
            Tensor positive = batch.targets().div(model.normaliser().scale(batch.slices()));
            LangevinSampler.Travel negatives = negatives(fixed.detach(), batch);
            Tensor candidates = Tensors.cat(1, negatives.ends().view(b, k, -1), positive.unsqueeze(1))
                    .reshape(b * (k + 1), positive.size(1));
            ContrastiveGradient loss = model.contrast(fixed.detach(), candidates, config.margin(), workers);
            Map<String, Double> measured = measured(loss, negatives.ends());
            measured.putAll(elsewhere(fixed.detach(), loss.energies().select(1, k), positive, negatives.starts()));
            adam.step(model.gradient(fixed, loss));
            return measured;
        }
    }

    /** K chains per slice, [b · K, d + 1], those of a slice one after the other. */
    private LangevinSampler.Travel negatives(Tensor fixed, SliceBatch batch) {
        try (NoGrad _ = new NoGrad()) {
            return sampler.travel(
                    model.landscape(fixed, batch.slices(), config.products()).repeated(config.negatives()),
                    config.chains(),
                    chains);
        }
    }

    private Map<String, Double> measured(ContrastiveGradient loss, Tensor negatives) {
        Tensor energies = loss.energies();
        long b = energies.size(0);
        int k = config.negatives();
        Tensor positive = energies.select(1, k);
        Tensor others = energies.narrow(1, 0, k);
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("nce", loss.nce() / b);
        measured.put("penalty", loss.penalty() / b);
        measured.put("accuracy", positive.sub(others.amin(1)).less(0).to(DType.FLOAT32).mean().item());
        measured.put("slope", loss.slopes().mean().item());
        measured.put("energy_positive", positive.mean().item());
        measured.put("energy_negative", others.mean().item());
        measured.put("at_box", LangevinSampler.shareAtBox(config.chains(), negatives));
        return measured;
    }

    /**
     * Energies of targets that are not in the loss: where the first chain of each slice began, and the truth of another slice,
     * which is accepted where its energy is below that of the slice's own. One evaluation of each per slice, beside the K · N of
     * the chains.
     *
     * @param own energies [b] of the slices' own truths
     */
    private Map<String, Double> elsewhere(Tensor fixed, Tensor own, Tensor positive, Tensor starts) {
        long b = positive.size(0);
        Map<String, Double> measured = new LinkedHashMap<>();
        try (NoGrad _ = new NoGrad()) {
            Tensor start = starts.reshape(b, config.negatives(), -1).select(1, 0);
            measured.put("energy_start", model.energy(fixed, start).mean().item());
            if (b > 1) {
                // Slices of a batch are drawn at random: that of the next row is another one as good as any.
                Tensor other = Tensors.cat(0, positive.narrow(0, 1, b - 1), positive.narrow(0, 0, 1));
                measured.put("accepted_other",
                        model.energy(fixed, other).sub(own).less(0).to(DType.FLOAT32).mean().item());
            }
        }
        return measured;
    }

    /** What an exact resume needs beside the model. */
    Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>(adam.named(prefix + "adam."));
        named.put(prefix + "random.chains", Tensors.of(chains.state()));
        return named;
    }

    /** Goes to the state of a checkpoint. */
    void load(SafetensorsFile file, String prefix) {
        adam.load(file, prefix + "adam.");
        try (Tensor state = file.tensor(prefix + "random.chains")) {
            chains.restore(state.toBytes());
        }
    }

    @Override
    public void close() {
        adam.close();
    }
}
