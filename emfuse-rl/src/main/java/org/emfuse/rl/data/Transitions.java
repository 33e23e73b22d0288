package org.emfuse.rl.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

import org.emfuse.record.Sha256;

/**
 * Logged transitions in the order in which they happened, row-major, raw units, single precision. Immutable by convention:
 * nobody writes to the arrays after construction.
 *
 * @param observationSize coordinates of an observation
 * @param actionSize coordinates of an action
 * @param observations [n × observationSize], before each step
 * @param actions [n × actionSize]
 * @param rewards [n]
 * @param nextObservations [n × observationSize], after each step, also where an episode ends
 * @param terminals [n], the task ended there
 * @param timeouts [n], the episode was cut there although the task went on
 */
public record Transitions(int observationSize, int actionSize, float[] observations, float[] actions, float[] rewards,
        float[] nextObservations, boolean[] terminals, boolean[] timeouts) {

    /** Values hashed at a time. */
    private static final int HASH_BLOCK = 1 << 14;

    /** Checks that all arrays have the same number of rows. */
    public Transitions {
        int n = rewards.length;
        check("observations", observations.length, n * (long) observationSize);
        check("actions", actions.length, n * (long) actionSize);
        check("next_observations", nextObservations.length, n * (long) observationSize);
        check("terminals", terminals.length, n);
        check("timeouts", timeouts.length, n);
    }

    private static void check(String name, long found, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(
                    name + " must hold " + expected + " values to fit the rewards, found " + found);
        }
    }

    /** Number of transitions. */
    public int size() {
        return rewards.length;
    }

    /** Whether an episode ends with transition {@code i}: terminal, timeout, or the end of the data. */
    public boolean episodeEnd(int i) {
        return terminals[i] || timeouts[i] || i == size() - 1;
    }

    /** The same whose last episode ends: put before others, it does not go on in them. The arrays are shared but for one. */
    public Transitions ended() {
        int last = size() - 1;
        if (last < 0 || terminals[last] || timeouts[last]) {
            return this;
        }
        boolean[] cut = timeouts.clone();
        cut[last] = true;
        return new Transitions(observationSize, actionSize, observations, actions, rewards, nextObservations, terminals,
                cut);
    }

    /** How many transitions of its episode come before each, [n]. */
    public int[] positions() {
        int[] position = new int[size()];
        for (int i = 1; i < position.length; i++) {
            position[i] = episodeEnd(i - 1) ? 0 : position[i - 1] + 1;
        }
        return position;
    }

    /** How many transitions of its episode there are from each on, itself included, [n]. */
    public int[] remaining() {
        int[] remaining = new int[size()];
        for (int i = remaining.length - 1; i >= 0; i--) {
            remaining[i] = episodeEnd(i) ? 1 : remaining[i + 1] + 1;
        }
        return remaining;
    }

    /** The observation before transition {@code i}, as a new array. */
    public double[] observation(int i) {
        return row(observations, i, observationSize);
    }

    /** The action of transition {@code i}, as a new array. */
    public double[] action(int i) {
        return row(actions, i, actionSize);
    }

    private static double[] row(float[] values, int row, int width) {
        double[] result = new double[width];
        for (int j = 0; j < width; j++) {
            result[j] = values[row * width + j];
        }
        return result;
    }

    /**
     * The transitions {@code from} (inclusive) to {@code to} (exclusive), copied. No flag changes: where an episode is cut in
     * two, the first part ends with the data.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ size
     */
    public Transitions rows(int from, int to) {
        if (from < 0 || to < from || to > size()) {
            throw new IllegalArgumentException("rows " + from + " to " + to + " were asked for, there are " + size());
        }
        int o = observationSize;
        int a = actionSize;
        return new Transitions(o, a, Arrays.copyOfRange(observations, from * o, to * o),
                Arrays.copyOfRange(actions, from * a, to * a), Arrays.copyOfRange(rewards, from, to),
                Arrays.copyOfRange(nextObservations, from * o, to * o), Arrays.copyOfRange(terminals, from, to),
                Arrays.copyOfRange(timeouts, from, to));
    }

    /**
     * Refuses data whose coordinates are not as many as those of something that they must fit.
     *
     * @param data whose these are, as a message begins: {@code "the data"}
     * @param other what has the coordinates: {@code "Pendulum-v1"}
     * @param advice how a message ends
     * @throws IllegalArgumentException with both where they differ
     */
    public void requireSizes(String data, int observations, int actions, String other, String advice) {
        if (observationSize != observations || actionSize != actions) {
            throw new IllegalArgumentException(data + " has " + observationSize + " observation and " + actionSize
                    + " action coordinates, " + other + " has " + observations + " and " + actions + "; " + advice);
        }
    }

    /**
     * The parts one after the other, copied. No flag changes: where the last row of a part is neither terminal nor timeout, its
     * episode goes on in the next part.
     *
     * @param parts at least one, all of the same sizes
     * @throws IllegalArgumentException if there is none, if sizes differ, or if the values do not fit into an array
     */
    public static Transitions concat(List<Transitions> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("there are no transitions to put together");
        }
        int o = parts.getFirst().observationSize;
        int a = parts.getFirst().actionSize;
        long n = 0;
        for (Transitions part : parts) {
            if (part.observationSize != o || part.actionSize != a) {
                throw new IllegalArgumentException("transitions of " + o + " observation and " + a
                        + " action coordinates cannot be put together with those of " + part.observationSize + " and "
                        + part.actionSize);
            }
            n += part.size();
        }
        if (n * Math.max(1, Math.max(o, a)) > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(n + " transitions are too many for one data set");
        }
        int rows = (int) n;
        Transitions all = new Transitions(o, a, new float[rows * o], new float[rows * a], new float[rows],
                new float[rows * o], new boolean[rows], new boolean[rows]);
        int row = 0;
        for (Transitions part : parts) {
            int m = part.size();
            System.arraycopy(part.observations, 0, all.observations, row * o, m * o);
            System.arraycopy(part.actions, 0, all.actions, row * a, m * a);
            System.arraycopy(part.rewards, 0, all.rewards, row, m);
            System.arraycopy(part.nextObservations, 0, all.nextObservations, row * o, m * o);
            System.arraycopy(part.terminals, 0, all.terminals, row, m);
            System.arraycopy(part.timeouts, 0, all.timeouts, row, m);
            row += m;
        }
        return all;
    }

    /**
     * Refuses infinite values and NaN.
     *
     * @param source what the transitions came from, for the message
     * @return these transitions
     * @throws IllegalArgumentException with array, row, column and value of the first that is not finite
     */
    public Transitions requireFinite(String source) {
        requireFinite(source, "observations", observations, observationSize);
        requireFinite(source, "actions", actions, actionSize);
        requireFinite(source, "rewards", rewards, 1);
        requireFinite(source, "next_observations", nextObservations, observationSize);
        return this;
    }

    private static void requireFinite(String source, String name, float[] values, int columns) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(source + ": " + name + " holds " + values[i] + " in row "
                        + i / columns + ", column " + i % columns
                        + " (counted from 0); finite single-precision numbers are expected. Remove or correct that row");
            }
        }
    }

    /**
     * SHA-256, in hex, of what the transitions are: names, shapes and little-endian values of the six arrays as files in D4RL's
     * layout name them. Equal for equal transitions, however they are stored.
     */
    public String contentHash() {
        MessageDigest digest = Sha256.digest();
        hash(digest, "observations", observations, size(), observationSize);
        hash(digest, "actions", actions, size(), actionSize);
        hash(digest, "rewards", rewards, size());
        hash(digest, "next_observations", nextObservations, size(), observationSize);
        hash(digest, "terminals", terminals);
        hash(digest, "timeouts", timeouts);
        return Sha256.hex(digest);
    }

    private static void header(MessageDigest digest, String name, int... shape) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(text.length + 4 + 4 * shape.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put(text).putInt(shape.length);
        for (int size : shape) {
            buffer.putInt(size);
        }
        digest.update(buffer.flip());
    }

    private static void hash(MessageDigest digest, String name, float[] values, int... shape) {
        header(digest, name, shape);
        ByteBuffer block = ByteBuffer.allocate(4 * HASH_BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += HASH_BLOCK) {
            int count = Math.min(HASH_BLOCK, values.length - start);
            block.clear().asFloatBuffer().put(values, start, count);
            digest.update(block.limit(4 * count));
        }
    }

    private static void hash(MessageDigest digest, String name, boolean[] values) {
        header(digest, name, values.length);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        digest.update(bytes);
    }
}
