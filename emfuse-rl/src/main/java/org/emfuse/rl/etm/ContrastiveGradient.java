package org.emfuse.rl.etm;

import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.torch.ConditionedMlp;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.ReluBackward;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * The contrastive loss of a batch and its derivatives in an energy's network (spec 05 §1), for K negatives and the truth of each
 * slice, in that order. Slices are taken in blocks, side by side on the workers; the sums do not depend on their number.
 *
 * @param energies [b, K + 1]
 * @param slopes lengths of ∂E/∂u [b · (K + 1)]
 * @param fixed derivatives [b, width] with respect to the first layer's part of each slice
 * @param network derivatives of everything after it, flat
 * @param nce the contrast, summed over the batch
 * @param penalty on slopes above the margin, summed over the batch
 */
record ContrastiveGradient(Tensor energies, Tensor slopes, Tensor fixed, Tensor network, double nce, double penalty) {

    /** Candidates at a time: a block's hidden layers stay in a processor's cache. */
    private static final int BLOCK = 512;

    /**
     * Computes it; its tensors belong to the current scope.
     *
     * @param fixed first layer's part [b, width] of each slice
     * @param candidates [b · (K + 1), d + 1] in box coordinates, the truth of each slice last
     */
    static ContrastiveGradient of(ConditionedMlp head, Tensor fixed, Tensor candidates, double margin,
            TorchWorkers workers) {
        int b = (int) fixed.size(0);
        int width = (int) fixed.size(1);
        int each = (int) (candidates.size(0) / b);
        int slices = Math.max(1, BLOCK / each);
        int blocks = (b + slices - 1) / slices;
        List<Tensor> parts = workers.compute(blocks, i -> {
            int first = i * slices;
            int count = Math.min(slices, b - first);
            return block(head, fixed.narrow(0, first, count),
                    candidates.narrow(0, (long) first * each, (long) count * each), margin);
        });
        try (NoGrad _ = new NoGrad()) {
            int[] counts = IntStream.range(0, blocks).map(i -> Math.min(slices, b - i * slices)).toArray();
            Tensor[] energies = new Tensor[blocks];
            Tensor[] slopes = new Tensor[blocks];
            Tensor[] fixeds = new Tensor[blocks];
            Tensor rest = null;
            for (int i = 0; i < blocks; i++) {
                long rows = (long) counts[i] * each;
                energies[i] = parts.get(i).narrow(0, 0, rows);
                slopes[i] = parts.get(i).narrow(0, rows, rows);
                fixeds[i] = parts.get(i).narrow(0, 2 * rows, (long) counts[i] * width);
                long before = 2 * rows + (long) counts[i] * width;
                Tensor sums = parts.get(i).narrow(0, before, parts.get(i).size(0) - before);
                rest = rest == null ? sums : rest.add(sums);
            }
            Tensor sums = rest == null ? Tensors.zeros(2) : rest;
            return new ContrastiveGradient(Tensors.cat(0, energies).view(b, each), Tensors.cat(0, slopes),
                    Tensors.cat(0, fixeds).view(b, width), sums.narrow(0, 2, sums.size(0) - 2),
                    sums.select(0, 0).item(), sums.select(0, 1).item());
        } finally {
            parts.forEach(Tensor::close);
        }
    }

    /** Of some slices, one after the other: energies, slopes, derivatives of the fixed part, both losses, the network's. */
    private static Tensor block(ConditionedMlp head, Tensor fixed, Tensor candidates, double margin) {
        long count = fixed.size(0);
        long each = candidates.size(0) / count;
        ReluBackward backward = new ReluBackward(head, fixed.repeatInterleave(0, each), candidates);
        Tensor energies = backward.outputs().view(count, each);
        Tensor truth = energies.select(1, each - 1);
        Tensor nce = truth.add(energies.neg().logsumexp(1)).sum();
        Tensor gradient = backward.slopes();
        Tensor slopes = gradient.norm(1);
        Tensor excess = slopes.add(-margin).relu();
        Tensor penalty = excess.square().sum().mul(1.0 / each);

        Tensor c = energies.neg().softmax(1).neg()
                .add(Tensors.cat(0, Tensors.zeros(each - 1), Tensors.scalar(1).reshape(1)))
                .reshape(-1);
        Tensor v = gradient.mul(excess.div(slopes.clamp(1e-12, Float.MAX_VALUE)).mul(2.0 / each).unsqueeze(1));
        return Tensors.cat(0, energies.reshape(-1), slopes,
                backward.fixed(c).view(count, each, -1).sum(1, false).reshape(-1), nce.reshape(1), penalty.reshape(1),
                backward.parameters(c, v));
    }
}
