package org.emfuse.energy;

import java.util.List;

/** The law of energy fusion. Every sum of energies in the product is a call of {@link #fuse}. */
public final class EnergyFusion {

    private EnergyFusion() {}

    /**
     * E_fuse = Σ λ_i E_i: the log opinion pool of the experts, a weighted product of experts (Hinton 2002). An expert
     * with λ = 0 has no vote: its energies are not read, because 0·∞ is not a number.
     *
     * @param weights λ on the simplex
     * @param energies one value per expert, in the order of the weights, in nats; not changed
     * @param space how energies of this carrier are scaled and added
     * @return the sum, owned by the caller; not normalised
     * @throws IllegalArgumentException if there is not one energy per weight
     */
    public static <E> E fuse(ExpertWeights weights, List<? extends E> energies, EnergySpace<E> space) {
        if (energies.size() != weights.size()) {
            throw new IllegalArgumentException("expected one energy per expert: " + weights.size()
                    + " weights, found " + energies.size() + " energies");
        }
        E sum = null;
        for (int i = 0; i < weights.size(); i++) {
            double lambda = weights.lambda(i);
            if (lambda == 0) {
                continue;
            }
            E energy = energies.get(i);
            sum = sum == null ? space.scaled(lambda, energy) : space.addScaled(sum, lambda, energy);
        }
        if (sum == null) {
            throw new AssertionError("weights on the simplex have a positive entry: " + weights);
        }
        return sum;
    }
}
