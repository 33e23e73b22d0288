package org.emfuse.energy;

import org.jspecify.annotations.Nullable;

/**
 * Energies of a finite outcome set as {@code float[]}, in nats; +∞ for an impossible outcome. Arithmetic is in double
 * and stored as float, so a sum of a few experts is within 1e-5 nats of the exact one.
 */
public final class FloatEnergies implements EnergySpace<float[]> {

    /** Allocates a new array for every sum. */
    public static final FloatEnergies SPACE = new FloatEnergies(null);

    private final float @Nullable [] buffer;

    private FloatEnergies(float @Nullable [] buffer) {
        this.buffer = buffer;
    }

    /** A space for one sum at a time, built in the caller's array; for code that runs at every token. */
    public static FloatEnergies into(float[] buffer) {
        return new FloatEnergies(buffer);
    }

    /** {@inheritDoc} The array is new, or the buffer of {@link #into}. */
    @Override
    public float[] scaled(double lambda, float[] energy) {
        float[] sum = buffer == null ? new float[energy.length] : buffer;
        requireEqualLength(sum, energy);
        for (int v = 0; v < sum.length; v++) {
            sum[v] = (float) (lambda * energy[v]);
        }
        return sum;
    }

    @Override
    public float[] addScaled(float[] sum, double lambda, float[] energy) {
        requireEqualLength(sum, energy);
        for (int v = 0; v < sum.length; v++) {
            sum[v] = (float) (sum[v] + lambda * energy[v]);
        }
        return sum;
    }

    private static void requireEqualLength(float[] sum, float[] energy) {
        if (sum.length != energy.length) {
            throw new IllegalArgumentException("expected energies of equal outcome sets, found " + sum.length + " and "
                    + energy.length + " outcomes");
        }
    }
}
