package org.emfuse.rl.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * Short episodes in a simulator, from logged starts, by a policy (spec 06 §5). Predicted states are brought into the ranges that
 * the space gives for its coordinates.
 */
public final class Rollouts {

    /** Hears of every transition. */
    @FunctionalInterface
    public interface Listener {

        /**
         * A transition that the simulator made, raw units.
         *
         * @param trajectory its number
         * @param step of the trajectory, from 0
         * @param uncertainty of the simulator, at least 0
         * @param terminated whether the task ended there
         */
        void made(int trajectory, int step, double[] state, double[] action, double reward, double[] next,
                double uncertainty, boolean terminated);
    }

    /**
     * What rollouts were like.
     *
     * @param steps transitions made
     * @param terminated trajectories that ended before the horizon
     * @param dropped trajectories that ended with a prediction that was not finite, which nobody heard of
     * @param single transitions whose uncertainty came from one prediction alone and so says nothing
     * @param uncertainty mean over the transitions
     * @param reward mean over the transitions
     */
    public record Summary(long steps, int terminated, int dropped, long single, double uncertainty, double reward) {}

    private final Dynamics dynamics;
    private final StartHistories starts;
    private final Predicate<double[]> termination;

    /**
     * Rollouts in a simulator, which they do not own.
     *
     * @param termination whether the task ends at an observation
     */
    public Rollouts(Dynamics dynamics, StartHistories starts, Predicate<double[]> termination) {
        this.dynamics = dynamics;
        this.starts = starts;
        this.termination = termination;
    }

    /** The simulator's name, for messages. */
    String name() {
        return dynamics.name();
    }

    /**
     * Plays trajectories side by side.
     *
     * @param count trajectories
     * @param horizon steps of each, at most
     * @param random draws starts, actions and what the simulator draws
     */
    public Summary run(Policy policy, int count, int horizon, RandomStream random, Listener listener) {
        Histories histories = new Histories(count, dynamics.longestSlice(), dynamics.space().observationSize(),
                dynamics.space().actionSize());
        double[][] states = new double[count][];
        for (int i = 0; i < count; i++) {
            states[i] = starts.draw(histories, i, random);
        }
        RandomStream[] shared = new RandomStream[count];
        Arrays.fill(shared, random);
        int[] alive = IntStream.range(0, count).toArray();
        long steps = 0;
        int terminated = 0;
        int dropped = 0;
        long single = 0;
        double uncertainty = 0;
        double reward = 0;
        for (int step = 0; step < horizon && alive.length > 0; step++) {
            double[][] seen = IntStream.of(alive).mapToObj(i -> states[i]).toArray(double[][]::new);
            double[][] actions = policy.actAll(seen, Arrays.copyOf(shared, seen.length));
            for (int n = 0; n < alive.length; n++) {
                histories.push(alive[n], seen[n], actions[n]);
            }
            Prediction prediction = dynamics.predict(histories, alive, random);
            List<Integer> on = new ArrayList<>();
            for (int n = 0; n < alive.length; n++) {
                double[] next = prediction.next()[n];
                if (!prediction.finite(n)) {
                    dropped++;
                    continue;
                }
                dynamics.space().clip(next);
                boolean ended = termination.test(next);
                listener.made(alive[n], step, seen[n], actions[n], prediction.rewards()[n], next,
                        prediction.uncertainty()[n], ended);
                steps++;
                single += prediction.slices()[n] < 2 ? 1 : 0;
                uncertainty += prediction.uncertainty()[n];
                reward += prediction.rewards()[n];
                if (ended) {
                    terminated++;
                } else {
                    states[alive[n]] = next;
                    on.add(alive[n]);
                }
            }
            alive = on.stream().mapToInt(Integer::intValue).toArray();
        }
        double made = Math.max(1, steps);
        return new Summary(steps, terminated, dropped, single, uncertainty / made, reward / made);
    }
}
