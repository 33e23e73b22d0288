package org.emfuse.rl.dynamics;

import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.junit.jupiter.api.Nested;

/** The contract of transition energies for exact ones: single, fused, and fused twice over. */
class QuadraticEnergyTest {

    private static QuadraticEnergy quadratic(long seed) {
        return quadratic(seed, 3);
    }

    /** Means depend on state, actions and length; scales differ between seeds. */
    private static QuadraticEnergy quadratic(long seed, int longest) {
        TorchRandom random = new TorchRandom(seed);
        double[][] precision = new double[3][3];
        double[] scale = new double[3];
        float[] root = random.normal(3, 3).toFloats();
        float[] scales = random.uniform(0.3, 1.5, 3).toFloats();
        float[] weights = random.normal(3, 3).toFloats();
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 3; k++) {
                    precision[i][j] += root[i * 3 + k] * root[j * 3 + k];
                }
            }
            precision[i][i] += 4;
            scale[i] = scales[i];
        }
        return new QuadraticEnergy("quadratic" + seed, QuadraticEnergy.line(2, 1), longest, precision, scale,
                slices -> mean(slices, Tensors.of(weights, 3, 3)));
    }

    private static Tensor mean(Slices slices, Tensor weights) {
        Tensor actions = slices.actions().sum(1, false);
        return Tensors.cat(1, slices.starts(), actions).matmul(weights).mul(slices.lengths().unsqueeze(1).mul(0.1))
                .tanh().mul(0.3);
    }

    @Nested
    class Single extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return quadratic(seed);
        }
    }

    @Nested
    class Fused extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return new FusedTransitionEnergy(ExpertWeights.of(0.2, 0.8),
                    List.of(quadratic(10 * seed), quadratic(10 * seed + 1)));
        }
    }

    /** Histories are as long as the shortest of the experts' longest. */
    @Nested
    class Nest extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            TransitionEnergy inner = new FusedTransitionEnergy(ExpertWeights.of(0.5, 0.5),
                    List.of(quadratic(10 * seed, 4), quadratic(10 * seed + 1, 2)));
            return new FusedTransitionEnergy(ExpertWeights.of(0.6, 0.4), List.of(inner, quadratic(10 * seed + 2)));
        }
    }
}
