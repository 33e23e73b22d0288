package org.emfuse.rl.etm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.LinearInputs;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * Second moments {@code G = XᵀX / N} of what a model's linear layers are applied to on its own domain's data, in double precision:
 * those of the encoder by slices, those of the energy's network by pairs of a slice's context and a candidate, the true target or
 * where a chain ended. The first layer of the latter is one on both together.
 */
final class InputGrams implements AutoCloseable {

    /** The parts of the energy's first layer, and the name of the layer as a whole. */
    static final String FIXED = "head.fixed.weight";
    static final String VARYING = "head.varying.weight";
    static final String JOINT = "head.0.weight";

    private static final int BLOCK = 256;

    private record Sum(Tensor products, long rows) {}

    private final Map<String, Sum> sums = new LinkedHashMap<>();

    private InputGrams() {}

    /** Collects them. */
    static InputGrams of(EnergyModel model, SliceData data, RegMean settings, LangevinSampler sampler) {
        InputGrams grams = new InputGrams();
        try {
            grams.collect(model, data, settings, sampler);
            return grams;
        } catch (RuntimeException e) {
            grams.close();
            throw e;
        }
    }

    private void collect(EnergyModel model, SliceData data, RegMean settings, LangevinSampler sampler) {
        RandomStream random = RandomStream.of(settings.seed(), "negatives");
        int k = model.longestSlice();
        for (int m = 1; m <= k; m++) {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                SliceBatch batch = data.spread(m, Math.max(1, settings.slices() / k));
                for (long row = 0; row < batch.slices().size(); row += BLOCK) {
                    long count = Math.min(BLOCK, batch.slices().size() - row);
                    add(model, new SliceBatch(batch.slices().rows(row, count),
                            batch.targets().narrow(0, row, count)), m, settings, sampler, random);
                }
            }
        }
    }

    /** Adds a batch of slices of length m. */
    private void add(EnergyModel model, SliceBatch batch, int m, RegMean settings, LangevinSampler sampler,
            RandomStream random) {
        Slices slices = batch.slices();
        long b = slices.size();
        long candidates = settings.negatives() + 1L;
        List<Tensor> context = new ArrayList<>();
        Tensor fixed;
        try (LinearInputs.Observation _ = model.parameters().observe((weight, x) -> {
            if (weight.equals(FIXED)) {
                context.add(x);
            } else {
                add(weight, withoutPadding(x, slices, m));
            }
        })) {
            fixed = model.fixed(slices);
        }
        Tensor negatives = sampler.sample(model.landscape(fixed, slices).repeated(settings.negatives()),
                settings.chains(), random);
        Tensor positive = batch.targets().div(model.normaliser().scale(slices));
        Tensor u = Tensors.cat(1, negatives.view(b, settings.negatives(), -1), positive.unsqueeze(1))
                .reshape(b * candidates, positive.size(1));
        try (LinearInputs.Observation _ = model.parameters().observe((weight, x) -> {
            if (weight.equals(VARYING)) {
                add(JOINT, Tensors.cat(1, context.getFirst().repeatInterleave(0, candidates), x));
            } else {
                add(weight, x);
            }
        })) {
            model.energy(fixed.repeatInterleave(0, candidates), u);
        }
    }

    /** Of inputs with a row per action, those of the last m actions of each slice. */
    private static Tensor withoutPadding(Tensor x, Slices slices, int m) {
        long b = slices.size();
        long k = slices.longest();
        long width = x.size(-1);
        return x.elements() == b * width ? x : x.reshape(b, k, width).narrow(1, k - m, m);
    }

    private void add(String weight, Tensor inputs) {
        try (TorchScope scope = new TorchScope()) {
            Tensor x = inputs.to(DType.FLOAT64).reshape(-1, inputs.size(-1));
            Tensor products = x.transpose(0, 1).matmul(x);
            Sum before = sums.get(weight);
            sums.put(weight, before == null
                    ? new Sum(scope.keep(products), x.size(0))
                    : new Sum(before.products.add_(products), before.rows + x.size(0)));
        }
    }

    /** Whether a layer was seen. */
    boolean has(String weight) {
        return sums.containsKey(weight);
    }

    /** G of a layer [in, in], in the current scope. */
    Tensor of(String weight) {
        Sum sum = sums.get(weight);
        if (sum == null) {
            throw new IllegalArgumentException("there is no layer " + weight);
        }
        return sum.products.mul(1.0 / sum.rows);
    }

    @Override
    public void close() {
        sums.values().forEach(sum -> sum.products.close());
    }
}
