package org.emfuse.rl.dynamics;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.torch.Tensor;

/**
 * Several transition energies as one, by the law: {@code E_fuse = Σ λ_i E_i}. Each expert keeps its own normaliser; the sum is
 * taken at one raw target. The box coordinates of the sum are {@code u = Δ / σ}, σ the largest of the experts' scales, so that
 * every expert's range lies within [-1, 1] (spec 06 §1).
 */
public final class FusedTransitionEnergy implements TransitionEnergy {

    private final ExpertWeights weights;
    private final List<TransitionEnergy> experts;
    private final int longest;

    /**
     * A fused energy, which owns its experts.
     *
     * @param experts at least one, of one space; histories are as long as the shortest of their longest slices
     * @throws IllegalArgumentException if their spaces differ, or if there is not one weight per expert
     */
    public FusedTransitionEnergy(ExpertWeights weights, List<? extends TransitionEnergy> experts) {
        if (weights.size() != experts.size()) {
            throw new IllegalArgumentException("expected one weight per expert: " + experts.size() + " experts, found "
                    + weights.size() + " weights");
        }
        this.weights = weights;
        this.experts = List.copyOf(experts);
        TransitionEnergy first = this.experts.getFirst();
        for (TransitionEnergy expert : this.experts) {
            first.space().requireSame(first.name(), expert.space(), expert.name());
        }
        this.longest = this.experts.stream().mapToInt(TransitionEnergy::longestSlice).min().orElseThrow();
    }

    @Override
    public String name() {
        return String.join("+", experts.stream().map(TransitionEnergy::name).toList());
    }

    @Override
    public TransitionSpace space() {
        return experts.getFirst().space();
    }

    @Override
    public int longestSlice() {
        return longest;
    }

    @Override
    public ExpertWeights weights() {
        return weights;
    }

    @Override
    public List<TransitionEnergy> experts() {
        return experts;
    }

    @Override
    public EnergyLandscape given(Slices slices) {
        return sum(i -> experts.get(i).given(slices));
    }

    @Override
    public EnergyLandscape given(Slices slices, List<Tensor> factors) {
        return sum(i -> new ScaledLandscape(experts.get(i).given(slices), factors.get(i)));
    }

    private EnergyLandscape sum(IntFunction<EnergyLandscape> expert) {
        int[] voting = voting(weights); // an expert without weight has no vote on the scale either
        List<EnergyLandscape> parts = IntStream.of(voting).mapToObj(expert).toList();
        Tensor scale = parts.stream().map(EnergyLandscape::scale).reduce(Tensor::maximum).orElseThrow();
        return new Sum(ExpertWeights.of(IntStream.of(voting).mapToDouble(weights::lambda).toArray()), parts,
                parts.stream().map(part -> scale.div(part.scale())).toList(), scale);
    }

    /** Indices of the experts with a weight above 0. */
    static int[] voting(ExpertWeights weights) {
        return IntStream.range(0, weights.size()).filter(i -> weights.lambda(i) > 0).toArray();
    }

    /**
     * The weighted sum of landscapes.
     *
     * @param ratios σ/σ_i of each: from the sum's box coordinates to the expert's
     */
    private record Sum(ExpertWeights weights, List<EnergyLandscape> parts, List<Tensor> ratios, Tensor scale)
            implements
                EnergyLandscape {

        @Override
        public Tensor centre() {
            return fuse(i -> parts.get(i).centre().div(ratios.get(i)));
        }

        @Override
        public Tensor energy(Tensor u) {
            return fuse(i -> parts.get(i).energy(u.mul(ratios.get(i))));
        }

        @Override
        public Tensor gradient(Tensor u) {
            return fuse(i -> parts.get(i).gradient(u.mul(ratios.get(i))).mul(ratios.get(i)));
        }

        private Tensor fuse(IntFunction<Tensor> part) {
            return EnergyFusion.fuse(weights, IntStream.range(0, parts.size()).mapToObj(part).toList(),
                    TensorEnergies.INSTANCE);
        }

        @Override
        public EnergyLandscape rows(long first, long count) {
            return new Sum(weights, parts.stream().map(part -> part.rows(first, count)).toList(),
                    ratios.stream().map(ratio -> ratio.narrow(0, first, count)).toList(),
                    scale.narrow(0, first, count));
        }
    }

    @Override
    public void close() {
        experts.forEach(TransitionEnergy::close);
    }
}
