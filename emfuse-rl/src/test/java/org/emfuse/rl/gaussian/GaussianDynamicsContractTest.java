package org.emfuse.rl.gaussian;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.DynamicsContract;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.torch.TorchRandom;
import org.junit.jupiter.api.Nested;

/** Simulators of Gaussian models hold what every simulator must. */
class GaussianDynamicsContractTest {

    private static final double[] UNIT = {1, 1};

    private static GaussianModel model(GaussianArchitecture architecture) {
        SliceData data = new SliceData(LinearSystem.data(20, 10, 1), architecture.longest());
        return new GaussianModel("linear", LinearSystem.SPACE, architecture,
                Normaliser.of(GaussianTraining.scales(data)), new TorchRandom(1));
    }

    @Nested
    class OfAnEnsemble extends DynamicsContract {

        @Override
        protected Dynamics make() {
            return new GaussianEnsemble(model(GaussianArchitecture.ensemble().withMembers(3, 2).withLayers(8, 2)),
                    GaussianEnsemble.Uncertainty.ALEATORIC, UNIT);
        }
    }

    private static Dynamics anyStep(PredictionRule.Next next) {
        return new AnyStepGaussian(model(GaussianArchitecture.anyStep(3).withLayers(8, 2)), next,
                new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, UNIT));
    }

    @Nested
    class OfAnAnyStepModel extends DynamicsContract {

        @Override
        protected Dynamics make() {
            return anyStep(PredictionRule.Next.RANDOM_SLICE);
        }
    }

    @Nested
    class OfAnAnyStepModelByItsMean extends DynamicsContract {

        @Override
        protected Dynamics make() {
            return anyStep(PredictionRule.Next.MEAN);
        }
    }
}
