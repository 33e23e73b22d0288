package org.emfuse.rl.etm;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Moments;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensors;

/** All slices of logged transitions, up to a length; none goes over the end of an episode. */
public final class SliceData {

    private final Transitions transitions;
    private final int longest;
    /** For each length m - 1, the transitions that at least m - 1 others of their episode follow. */
    private final int[][] starts;

    /**
     * Finds the slices.
     *
     * @param longest k, at least 1
     * @throws IllegalArgumentException if there is no transition, or no episode of k
     */
    public SliceData(Transitions transitions, int longest) {
        this.transitions = transitions;
        this.longest = longest;
        int[] remaining = transitions.remaining();
        this.starts = new int[longest][];
        for (int m = 1; m <= longest; m++) {
            int length = m;
            starts[m - 1] = IntStream.range(0, remaining.length).filter(i -> remaining[i] >= length)
                    .toArray();
            if (starts[m - 1].length == 0) {
                throw new IllegalArgumentException("slices of " + m + " transitions are asked for, and the longest of "
                        + "the data's episodes has " + Arrays.stream(remaining).max().orElse(0)
                        + (m > 1 ? "; train with slices up to " + (m - 1) : "; the domain is empty"));
            }
        }
    }

    /** The transitions. */
    public Transitions transitions() {
        return transitions;
    }

    /** k. */
    public int longest() {
        return longest;
    }

    /** Number of slices of length m. */
    public int count(int m) {
        return starts[m - 1].length;
    }

    /** Slices of length m drawn uniformly, with replacement. */
    public SliceBatch draw(int m, int count, RandomStream random) {
        int[] from = starts[m - 1];
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = from[random.nextInt(from.length)];
        }
        return at(drawn, m);
    }

    /**
     * Some slices of length m.
     *
     * @param numbers from 0 to {@link #count}
     */
    public SliceBatch numbered(int m, int[] numbers) {
        return at(Arrays.stream(numbers).map(number -> starts[m - 1][number]).toArray(), m);
    }

    /** At most so many slices of length m, evenly spread over the data. */
    public SliceBatch spread(int m, int most) {
        int[] from = starts[m - 1];
        int count = Math.min(most, from.length);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = from[(int) ((long) i * from.length / count)];
        }
        return at(chosen, m);
    }

    /** The slices of length m that start at given transitions. */
    private SliceBatch at(int[] from, int m) {
        int d = transitions.observationSize();
        int p = transitions.actionSize();
        int b = from.length;
        float[] states = new float[b * d];
        float[] actions = new float[b * longest * p];
        float[] lengths = new float[b];
        float[] targets = new float[b * (d + 1)];
        Arrays.fill(lengths, m);
        for (int i = 0; i < b; i++) {
            System.arraycopy(transitions.observations(), from[i] * d, states, i * d, d);
            System.arraycopy(transitions.actions(), from[i] * p, actions, (i * longest + longest - m) * p, m * p);
            target(from[i], m, targets, i * (d + 1));
        }
        return new SliceBatch(Slices.of(states, actions, lengths, longest), Tensors.of(targets, b, d + 1L));
    }

    private void target(int from, int m, float[] target, int at) {
        int d = transitions.observationSize();
        int last = from + m - 1;
        for (int j = 0; j < d; j++) {
            target[at + j] = transitions.nextObservations()[last * d + j] - transitions.observations()[from * d + j];
        }
        target[at + d] = transitions.rewards()[last];
    }

    /** The scales of these data (spec 05 §§1, 4). */
    public Normaliser.Values scales() {
        int d = transitions.observationSize();
        double[][] scale = new double[longest][d + 1];
        double[][] mean = new double[longest][d + 1];
        float[] target = new float[d + 1];
        for (int m = 1; m <= longest; m++) {
            for (int from : starts[m - 1]) {
                target(from, m, target, 0);
                for (int j = 0; j <= d; j++) {
                    scale[m - 1][j] = Math.max(scale[m - 1][j], Math.abs(target[j]));
                    mean[m - 1][j] += target[j] / (double) starts[m - 1].length;
                }
            }
        }
        Moments states = Moments.of(transitions.observations(), d);
        Moments actions = Moments.of(transitions.actions(), transitions.actionSize());
        return new Normaliser.Values(states.mean(), states.deviation(), actions.mean(), actions.deviation(), scale,
                mean);
    }

    /** Standard deviation of each coordinate of the targets of length m, [d + 1]; 1 where it does not vary. */
    public double[] spreadOfTargets(int m) {
        int d = transitions.observationSize();
        float[] all = new float[starts[m - 1].length * (d + 1)];
        for (int i = 0; i < starts[m - 1].length; i++) {
            target(starts[m - 1][i], m, all, i * (d + 1));
        }
        return Moments.of(all, d + 1).units();
    }
}
