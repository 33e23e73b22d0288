package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.EnergySpace;
import org.emfuse.energy.EnergySpaceContract;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorEnergiesTest extends EnergySpaceContract<Tensor> {

    private TorchScope scope;

    @BeforeEach
    void open() {
        scope = new TorchScope();
    }

    @AfterEach
    void free() {
        scope.close();
    }

    @Override
    protected EnergySpace<Tensor> space() {
        return TensorEnergies.INSTANCE;
    }

    @Override
    protected Tensor carrier(double[] values) {
        return Tensors.of(values, values.length);
    }

    @Override
    protected double[] values(Tensor carrier) {
        return carrier.toDoubles();
    }

    @Override
    protected double tolerance() {
        return 1e-12;
    }

    @Test
    void theSumKeepsTheGraphOfItsParts() {
        Tensor x = Tensors.of(new float[]{1, 2}, 2).requiresGrad();
        Tensor sum = EnergyFusion.fuse(ExpertWeights.of(0.25, 0.75), List.of(x.square(), x.mul(3)), space());
        assertThat(Tensors.gradients(sum, List.of(x), false)[0].toFloats()).containsExactly(2.75f, 3.25f);
    }
}
