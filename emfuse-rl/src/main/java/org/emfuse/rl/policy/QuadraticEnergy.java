package org.emfuse.rl.policy;

import org.emfuse.energy.DoubleEnergies;
import org.emfuse.energy.EnergySpace;

/**
 * The energy of a normal distribution with independent coordinates, {@code E(x) = Σ_j ½ Λ_j x_j² - η_j x_j} up to a constant, by
 * its natural parameters. Sums of such energies are of the kind again, so that fusion has a closed form: precisions add, and
 * means are averaged with them as weights.
 *
 * @param precision Λ = 1/σ², > 0
 * @param linear η = Λ μ
 */
record QuadraticEnergy(double[] precision, double[] linear) {

    /** How quadratic energies are scaled and added. */
    static final EnergySpace<QuadraticEnergy> SPACE = new EnergySpace<>() {
        @Override
        public QuadraticEnergy scaled(double lambda, QuadraticEnergy energy) {
            return new QuadraticEnergy(DoubleEnergies.SPACE.scaled(lambda, energy.precision),
                    DoubleEnergies.SPACE.scaled(lambda, energy.linear));
        }

        @Override
        public QuadraticEnergy addScaled(QuadraticEnergy sum, double lambda, QuadraticEnergy energy) {
            return new QuadraticEnergy(DoubleEnergies.SPACE.addScaled(sum.precision, lambda, energy.precision),
                    DoubleEnergies.SPACE.addScaled(sum.linear, lambda, energy.linear));
        }
    };

    /** The energy of a mean and the logarithm of a standard deviation. */
    static QuadraticEnergy of(double[] mean, double[] logDeviation) {
        double[] precision = new double[mean.length];
        double[] linear = new double[mean.length];
        for (int j = 0; j < mean.length; j++) {
            precision[j] = Math.exp(-2 * logDeviation[j]);
            linear[j] = precision[j] * mean[j];
        }
        return new QuadraticEnergy(precision, linear);
    }

    /** The mean μ = η / Λ; the caller owns the array. */
    double[] mean() {
        double[] mean = linear.clone();
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= precision[j];
        }
        return mean;
    }

    /** The standard deviation 1/√Λ; the caller owns the array. */
    double[] deviation() {
        double[] deviation = precision.clone();
        for (int j = 0; j < deviation.length; j++) {
            deviation[j] = 1 / Math.sqrt(deviation[j]);
        }
        return deviation;
    }
}
