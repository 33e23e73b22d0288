package org.emfuse.energy;

/**
 * A kind of value that energies of one outcome set can take, as a vector space: {@code float[]} over a vocabulary, a
 * tensor over a batch. Energies are in nats.
 *
 * <p>These two operations are all that the law needs. Normalisation, softmax and gradients differ between carriers and
 * stay out.
 *
 * @param <E> the carrier, for example {@code float[]}
 */
public interface EnergySpace<E> {

    /** λ·energy, as a value that the caller owns; {@code energy} is not changed. */
    E scaled(double lambda, E energy);

    /** sum + λ·energy; may reuse the storage of {@code sum}, never that of {@code energy}. */
    E addScaled(E sum, double lambda, E energy);
}
