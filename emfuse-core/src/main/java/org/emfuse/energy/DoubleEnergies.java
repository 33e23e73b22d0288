package org.emfuse.energy;

/** Energies of a finite outcome set as {@code double[]}, in nats; the carrier that meets spec 01's tolerances. */
public final class DoubleEnergies implements EnergySpace<double[]> {

    /** The only instance. */
    public static final DoubleEnergies SPACE = new DoubleEnergies();

    private DoubleEnergies() {}

    @Override
    public double[] scaled(double lambda, double[] energy) {
        double[] sum = new double[energy.length];
        for (int v = 0; v < sum.length; v++) {
            sum[v] = lambda * energy[v];
        }
        return sum;
    }

    @Override
    public double[] addScaled(double[] sum, double lambda, double[] energy) {
        if (sum.length != energy.length) {
            throw new IllegalArgumentException("expected energies of equal outcome sets, found " + sum.length + " and "
                    + energy.length + " outcomes");
        }
        for (int v = 0; v < sum.length; v++) {
            sum[v] += lambda * energy[v];
        }
        return sum;
    }
}
