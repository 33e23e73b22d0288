package org.emfuse.rl.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;

/** Planes of energies and of states whose numbers are known. */
class PlanesTest {

    private static final Transitions DATA = LinearSystem.exact(5, 3, 20);

    private static QuadraticEnergy expert(String name, double[] precision, double... mean) {
        double[][] matrix = new double[3][3];
        for (int j = 0; j < 3; j++) {
            matrix[j][j] = precision[j];
        }
        return new QuadraticEnergy(name, LinearSystem.space(), 2, matrix, new double[]{2, 1, 1},
                QuadraticEnergy.constant(mean));
    }

    /** ½ (8 (x - 0.4)² + 24 (y + 0.2)²) and ½ (24 (x + 0.4)² + 8 (y - 0.6)²): their sum is lowest at (-0.2, 0). */
    @Test
    void energiesAndTheirMinimaAreWhereTheyShouldBe() {
        try (TorchWorkers workers = new TorchWorkers(1);
                FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(2), List.of(
                        expert("a", new double[]{8, 24, 20}, 0.4, -0.2, 0.1),
                        expert("b", new double[]{24, 8, 20}, -0.4, 0.6, 0.3)))) {
            EnergyPlane plane = EnergyPlane.of(fused, "sum", DATA, 7, 0, 1, 22, Langevin.prediction(200),
                    new LangevinSampler(workers));
            assertThat(plane.landscapes()).extracting(EnergyPlane.Landscape::name).containsExactly("a", "b", "sum");
            assertThat(plane.fused()).containsExactly(new double[]{-0.2, 0}, within(2e-3));
            assertThat(plane.landscapes().get(0).minimum()).containsExactly(new double[]{0.4, -0.2}, within(2e-3));
            assertThat(plane.landscapes().get(1).minimum()).containsExactly(new double[]{-0.4, 0.6}, within(2e-3));
            assertThat(plane.landscapes().get(2).minimum()).isEqualTo(plane.fused());
            double[] before = DATA.observation(7);
            double[] after = DATA.observation(8);
            assertThat(plane.truth()).containsExactly(new double[]{after[0] - before[0], after[1] - before[1]},
                    within(1e-5));
            Grid a = plane.landscapes().getFirst().energies();
            assertThat(a.x().low()).isCloseTo(-2.2, within(1e-6));
            assertThat(a.y().high()).isCloseTo(1.1, within(1e-6));
            assertThat(a.x().label()).isEqualTo("change of x0");
            assertThat(a.smallest()).isZero();
            double lowest = energy(a, lowest(a.x(), 0.4), lowest(a.y(), -0.2));
            for (int i = 0; i < 22; i += 7) {
                for (int j = 0; j < 22; j += 7) {
                    assertThat(a.values()[i][j]).isCloseTo(energy(a, i, j) - lowest, within(1e-3));
                }
            }
        }
    }

    private static int lowest(Axis axis, double at) {
        int best = 0;
        for (int i = 1; i < axis.cells(); i++) {
            best = Math.abs(axis.centre(i) - at) < Math.abs(axis.centre(best) - at) ? i : best;
        }
        return best;
    }

    private static double energy(Grid grid, int i, int j) {
        double x = grid.x().centre(i) - 0.4;
        double y = grid.y().centre(j) + 0.2;
        return 0.5 * (8 * x * x + 24 * y * y);
    }

    /** The simulator's uncertainty tells the oldest state of its history: the cell where the rollout began. */
    @Test
    void aMapsCornersAreThoseOfThePlane() {
        Axis x = new Axis("x0", "1", 1, 5, 4);
        Axis y = new Axis("x1", "1", 10, 40, 3);
        StatePlane plane = StatePlane.of(LinearSystem.space(), DATA);
        for (int longest = 1; longest <= 3; longest++) {
            Grid map = UncertaintyPlane.of(new LinearDynamics(longest, 0), plane, x, y, RandomStream.of(0, "map"));
            assertThat(map.values()[0][0]).isCloseTo(3 * 1.5 + 15, within(1e-5));
            assertThat(map.values()[3][0]).isCloseTo(3 * 4.5 + 15, within(1e-5));
            assertThat(map.values()[0][2]).isCloseTo(3 * 1.5 + 35, within(1e-5));
            assertThat(map.values()[3][2]).isCloseTo(3 * 4.5 + 35, within(1e-5));
            assertThat(map.largest()).isEqualTo(map.values()[3][2]);
            assertThat(map.smallest()).isEqualTo(map.values()[0][0]);
        }
    }

    /** Its states leave their range at once, and its uncertainty is the first coordinate of the state that it is at. */
    private record Drift() implements Dynamics {

        @Override
        public String name() {
            return "drift";
        }

        @Override
        public TransitionSpace space() {
            return LinearSystem.space();
        }

        @Override
        public int longestSlice() {
            return 3;
        }

        @Override
        public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
            int n = trajectories.length;
            double[][] next = new double[n][2];
            double[] uncertainty = new double[n];
            for (int i = 0; i < n; i++) {
                double[] state = histories.state(trajectories[i]);
                next[i][0] = state[0] + 10;
                uncertainty[i] = state[0];
            }
            return new Prediction(next, new double[n], uncertainty, new int[n]);
        }

        @Override
        public void close() {}
    }

    @Test
    void aMapsRolloutsStayWithinTheirRanges() {
        Axis axis = new Axis("x", "1", -1, 1, 2);
        StatePlane plane = StatePlane.of(LinearSystem.space(), DATA);
        Grid map = UncertaintyPlane.of(new Bounded(new Drift(), 4), plane, axis, axis, RandomStream.of(0, "map"));
        assertThat(map.smallest()).isEqualTo(4);
        assertThat(map.largest()).isEqualTo(4);
    }

    @Test
    void pendulumsAreSeenByAngleAndVelocity() {
        TransitionSpace space = TransitionSpace.of(Environments.spec("Pendulum-v1"));
        Transitions data = new Transitions(3, 1, new float[]{1, 0, 2}, new float[1], new float[1],
                new float[]{1, 0, 2}, new boolean[1], new boolean[1]);
        StatePlane plane = StatePlane.of(space, data);
        assertThat(plane.x(4).label()).isEqualTo("angle, rad");
        assertThat(plane.x(4).edge(4)).isEqualTo(Math.PI);
        assertThat(plane.y(4).label()).isEqualTo("angular velocity, rad/s");
        assertThat(plane.y(4).low()).isEqualTo(-8);
        for (double angle : new double[]{-3, -1, 0, 0.5, 3}) {
            assertThat(plane.point(plane.state(angle, 1.5))).containsExactly(new double[]{angle, 1.5}, within(1e-12));
        }
    }

    @Test
    void otherCoordinatesAreThoseOfTheNearestLoggedState() {
        TransitionSpace space = TransitionSpace.of(Environments.spec("PointMass2D-v0"));
        float[] states = {0, 0, 1, 2, 10, 0, 3, 4, 0, 1, 5, 6};
        Transitions data = new Transitions(4, 2, states, new float[6], new float[3], states, new boolean[3],
                new boolean[3]);
        StatePlane plane = StatePlane.of(space, data);
        assertThat(plane.state(9, 0.1)).containsExactly(9, 0.1, 3, 4);
        assertThat(plane.state(6, 0.9)).containsExactly(6, 0.9, 5, 6); // in units of what is logged, not of metres
        assertThat(plane.x(1).low()).isCloseTo(-1.5, within(1e-6));
        assertThat(plane.x(1).high()).isCloseTo(11.5, within(1e-6));
    }

    @Test
    void whatIsNoPlaneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis("x", "1", 1, 1, 3))
                .withMessageContaining("[1.0, 1.0]");
        Axis axis = new Axis("x", "1", 0, 1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> new Grid(axis, axis, new double[2][1]))
                .withMessageContaining("2 by 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StatePlane.of(QuadraticEnergy.line(1, 1), DATA))
                .withMessageContaining("1 coordinates");
    }
}
