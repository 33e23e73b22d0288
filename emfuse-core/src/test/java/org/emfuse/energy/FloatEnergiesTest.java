package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class FloatEnergiesTest extends EnergySpaceContract<float[]> {

    @Override
    protected EnergySpace<float[]> space() {
        return FloatEnergies.SPACE;
    }

    @Override
    protected float[] carrier(double[] values) {
        float[] floats = new float[values.length];
        for (int v = 0; v < floats.length; v++) {
            floats[v] = (float) values[v];
        }
        return floats;
    }

    @Override
    protected double[] values(float[] carrier) {
        double[] doubles = new double[carrier.length];
        for (int v = 0; v < doubles.length; v++) {
            doubles[v] = carrier[v];
        }
        return doubles;
    }

    @Override
    protected double tolerance() {
        return 1e-5;
    }

    @Test
    void aSpaceIntoABufferBuildsTheSumThere() {
        float[] buffer = new float[2];
        float[] sum = EnergyFusion.fuse(ExpertWeights.uniform(2), List.of(new float[]{1, 3}, new float[]{3, 5}),
                FloatEnergies.into(buffer));
        assertThat(sum).isSameAs(buffer).containsExactly(2, 4);
    }
}
