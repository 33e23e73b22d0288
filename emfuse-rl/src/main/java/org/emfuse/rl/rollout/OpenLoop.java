package org.emfuse.rl.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.random.RandomStream;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * How far a simulator is from logged episodes whose actions it is given, and whether it knows (spec 06 §9). Predicted states are
 * brought into the ranges of their coordinates, as in {@link Rollouts}. Segments begin with whole histories, and where no
 * episode is so long, with the longest that there are.
 *
 * @param horizons steps after which the distance is taken
 * @param states root mean square over segments and coordinates of the state's error at each horizon, in units of the data's
 *        standard deviations; NaN where no episode is so long
 * @param rewards the same of the reward of the last step, in units of its standard deviation
 * @param diverged segments of each horizon that met a prediction that was not finite; they count in nothing else
 * @param correlation Spearman's, of the first step's uncertainty and its state error; NaN where either does not vary
 * @param uncertainties of the first step of each segment
 * @param errors the state's error after it, in the same units
 */
public record OpenLoop(List<Integer> horizons, double[] states, double[] rewards, int[] diverged, double correlation,
        double[] uncertainties, double[] errors) {

    /** The usual horizons. */
    public static final List<Integer> HORIZONS = List.of(1, 5, 10, 50);

    /**
     * Plays logged actions in a simulator.
     *
     * @param segments at most, at least 1, spread evenly over the data
     * @param horizons steps after which distances are taken, the first one 1
     * @param unit what each state coordinate's error is divided by
     * @param rewardUnit what the reward's is
     * @throws IllegalArgumentException if no segment is asked for
     */
    public static OpenLoop of(Dynamics dynamics, Transitions data, int segments, List<Integer> horizons,
            double[] unit, double rewardUnit, RandomStream random) {
        if (segments < 1) {
            throw new IllegalArgumentException("at least one logged segment is compared, found " + segments);
        }
        double[] states = new double[horizons.size()];
        double[] rewards = new double[horizons.size()];
        Arrays.fill(states, Double.NaN);
        Arrays.fill(rewards, Double.NaN);
        int[] diverged = new int[horizons.size()];
        double[] uncertainties = {};
        double[] errors = {};
        for (int h = 0; h < horizons.size(); h++) {
            Played played = Played.of(dynamics, data, segments, horizons.get(h), unit, random);
            diverged[h] = played.diverged;
            if (played.stateErrors.length > 0) {
                states[h] = rootMeanSquare(played.stateErrors);
                rewards[h] = rootMeanSquare(played.rewardErrors) / rewardUnit;
            }
            if (h == 0) {
                uncertainties = played.uncertainties;
                errors = played.stateErrors;
            }
        }
        return new OpenLoop(horizons, states, rewards, diverged, spearman(uncertainties, errors), uncertainties,
                errors);
    }

    private static double spearman(double[] x, double[] y) {
        return x.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(x, y);
    }

    private static double rootMeanSquare(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).average().orElseThrow());
    }

    /** Segments of one length, played; those that stayed finite, and the number of the others. */
    private record Played(double[] stateErrors, double[] rewardErrors, double[] uncertainties, int diverged) {

        static Played of(Dynamics dynamics, Transitions data, int most, int horizon, double[] unit,
                RandomStream random) {
            int before = dynamics.longestSlice() - 1;
            int[] places = places(data, before, horizon, most);
            while (places.length == 0 && before > 0) {
                before--;
                places = places(data, before, horizon, most);
            }
            int n = places.length;
            Histories histories = new Histories(n, dynamics.longestSlice(), data.observationSize(),
                    data.actionSize());
            double[][] states = new double[n][];
            for (int i = 0; i < n; i++) {
                for (int j = places[i] - before; j < places[i]; j++) {
                    histories.push(i, data.observation(j), data.action(j));
                }
                states[i] = data.observation(places[i]);
            }
            int[] all = IntStream.range(0, n).toArray();
            boolean[] finite = new boolean[n];
            Arrays.fill(finite, true);
            double[] uncertainties = new double[n];
            double[] rewardErrors = new double[n];
            for (int step = 0; step < horizon && n > 0; step++) {
                for (int i = 0; i < n; i++) {
                    histories.push(i, states[i], data.action(places[i] + step));
                }
                Prediction prediction = dynamics.predict(histories, all, random);
                states = prediction.next();
                Arrays.stream(states).forEach(dynamics.space()::clip);
                uncertainties = step == 0 ? prediction.uncertainty() : uncertainties;
                for (int i = 0; i < n; i++) {
                    finite[i] &= prediction.finite(i);
                    rewardErrors[i] = Math.abs(prediction.rewards()[i] - data.rewards()[places[i] + step]);
                }
            }
            double[] stateErrors = new double[n];
            for (int i = 0; i < n; i++) {
                stateErrors[i] = distance(states[i], data.nextObservations(), places[i] + horizon - 1, unit);
            }
            int[] whole = IntStream.of(all).filter(i -> finite[i]).toArray();
            return new Played(chosen(stateErrors, whole), chosen(rewardErrors, whole), chosen(uncertainties, whole),
                    n - whole.length);
        }

        private static double[] chosen(double[] values, int[] which) {
            return IntStream.of(which).mapToDouble(i -> values[i]).toArray();
        }

        /** Transitions with so many before them and so many from them on in their episode, evenly spread. */
        private static int[] places(Transitions data, int before, int horizon, int most) {
            int[] position = data.positions();
            int[] remaining = data.remaining();
            int[] possible = IntStream.range(0, data.size())
                    .filter(i -> position[i] >= before && remaining[i] >= horizon).toArray();
            int count = Math.min(most, possible.length);
            return IntStream.range(0, count).map(i -> possible[(int) ((long) i * possible.length / count)]).toArray();
        }

        private static double distance(double[] predicted, float[] rows, int row, double[] unit) {
            double sum = 0;
            for (int j = 0; j < unit.length; j++) {
                double distance = (predicted[j] - rows[row * unit.length + j]) / unit[j];
                sum += distance * distance;
            }
            return Math.sqrt(sum / unit.length);
        }
    }
}
