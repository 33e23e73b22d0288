package org.emfuse.rl.etm;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchException;
import org.emfuse.rl.torch.TorchScope;

/**
 * Merges transition models so that each linear layer comes as near as it can to what the experts' layers give on their own
 * domains' inputs (Jin et al. 2023): with {@code G_i} the second moments of expert i's inputs,
 *
 * <pre>
 * G̃_i = α G_i + (1 - α) diag(G_i),   W = (Σ G̃_i)⁻¹ Σ G̃_i W_i
 * </pre>
 *
 * What is no linear weight, recurrent units' weights among it, is averaged. Each domain's data is used to collect its own model's
 * second moments only.
 *
 * @param offDiagonal α in [0, 1]
 * @param slices of each domain that inputs are collected from, over all lengths; at least 1
 * @param negatives chains for each slice, whose ends are inputs beside the true target; at least 1
 * @param chains that find them
 * @param seed of the chains
 */
public record RegMean(double offDiagonal, int slices, int negatives, Chain chains, long seed) {

    private static final double LEAST_RIDGE = 1e-8;
    private static final double MOST_RIDGE = 1;

    /** Checks the ranges. */
    public RegMean {
        require(offDiagonal >= 0 && offDiagonal <= 1, "an off-diagonal factor in [0, 1]", offDiagonal);
        require(slices >= 1, "at least one slice", slices);
        require(negatives >= 1, "at least one negative", negatives);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("merging by regression needs " + expected + ", found " + found);
        }
    }

    /** The usual settings: α = 0.9, 2,000 slices, 8 negatives of the published 50 steps. */
    public static RegMean of(long seed) {
        return new RegMean(0.9, 2000, 8, Langevin.negatives(), seed);
    }

    /**
     * Merges models; the caller closes the result.
     *
     * @param name of the new model
     * @param models at least one, with what {@link Soup} asks of them; not closed
     * @param data of each model's domain, in their order, with slices as long as the models'
     * @throws IllegalArgumentException with what does not fit
     */
    public EnergyModel merge(String name, List<EnergyModel> models, List<SliceData> data, LangevinSampler sampler) {
        Soup.requireCommonOrigin(models);
        require(data.size() == models.size(), "the data of each of the " + models.size() + " models",
                data.size() + " domains");
        for (SliceData domain : data) {
            require(domain.longest() == models.getFirst().longestSlice(),
                    "data in slices up to " + models.getFirst().longestSlice(), domain.longest());
        }
        List<InputGrams> grams = new ArrayList<>();
        try {
            for (int i = 0; i < models.size(); i++) {
                grams.add(InputGrams.of(models.get(i), data.get(i), this, sampler));
            }
            EnergyModel merged = Soup.of(name, models);
            regress(merged, models, grams);
            return merged;
        } finally {
            grams.forEach(InputGrams::close);
        }
    }

    private void regress(EnergyModel merged, List<EnergyModel> models, List<InputGrams> grams) {
        List<Parameters> weights = models.stream().map(EnergyModel::parameters).toList();
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            merged.parameters().named("").forEach((name, target) -> {
                if (grams.getFirst().has(name)) {
                    target.copy_(merged(grams.stream().map(gram -> gram.of(name)).toList(),
                            weights.stream().map(each -> each.get(name)).toList()));
                }
            });
            Tensor fixed = merged.parameters().get(InputGrams.FIXED);
            Tensor varying = merged.parameters().get(InputGrams.VARYING);
            Tensor joint = merged(grams.stream().map(gram -> gram.of(InputGrams.JOINT)).toList(), weights.stream()
                    .map(each -> Tensors.cat(0, each.get(InputGrams.FIXED), each.get(InputGrams.VARYING))).toList());
            fixed.copy_(joint.narrow(0, 0, fixed.size(0)));
            varying.copy_(joint.narrow(0, fixed.size(0), varying.size(0)));
        }
    }

    /**
     * The merged weights of one layer, written as the average plus what the regression adds to it, so that inputs which no domain
     * has keep the average (docs/decisions/0023).
     *
     * @param grams G_i [in, in], double precision
     * @param weights W_i [in, out]
     */
    Tensor merged(List<Tensor> grams, List<Tensor> weights) {
        Tensor mean = Soup.mean(weights);
        int n = (int) mean.size(0);
        Tensor factors = factors(n, offDiagonal, 1);
        Tensor sum = Tensors.zeros(mean.type(), n, n);
        Tensor right = Tensors.zeros(mean.type(), mean.shape());
        for (int i = 0; i < grams.size(); i++) {
            Tensor scaled = grams.get(i).mul(factors);
            sum.add_(scaled);
            right.add_(scaled.matmul(weights.get(i).detach().to(mean.type()).sub(mean)));
        }
        double trace = sum.mul(factors(n, 0, 1)).sum().item();
        for (double ridge = 0; ridge <= MOST_RIDGE; ridge = ridge == 0 ? LEAST_RIDGE : 100 * ridge) {
            try {
                return mean.add(Tensors.choleskySolve(sum.add(factors(n, 0, ridge * trace / n)), right));
            } catch (TorchException e) {
                // Not positive definite yet: the next ridge is larger.
            }
        }
        return mean; // all inputs are 0
    }

    /** A matrix [n, n] with one value on the diagonal and another off it. */
    private static Tensor factors(int n, double off, double on) {
        double[] values = new double[n * n];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % (n + 1) == 0 ? on : off;
        }
        return Tensors.of(values, n, n);
    }
}
