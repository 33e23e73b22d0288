package org.emfuse.energy;

class DoubleEnergiesTest extends EnergySpaceContract<double[]> {

    @Override
    protected EnergySpace<double[]> space() {
        return DoubleEnergies.SPACE;
    }

    @Override
    protected double[] carrier(double[] values) {
        return values.clone();
    }

    @Override
    protected double[] values(double[] carrier) {
        return carrier.clone();
    }

    @Override
    protected double tolerance() {
        return 1e-12;
    }
}
