package org.emfuse.rl.replay;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/** A ring of transitions in plain arrays; the oldest make room for the newest. One thread at a time. */
public final class ReplayBuffer {

    private final int capacity;
    private final int observationSize;
    private final int actionSize;
    private final float[] observations;
    private final float[] actions;
    private final float[] rewards;
    private final float[] nextObservations;
    private final float[] terminals;
    /** Uncertainties of transitions that a model made. */
    private final float[] penalties;
    private long added;

    /** An empty buffer. */
    public ReplayBuffer(int capacity, int observationSize, int actionSize) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a replay buffer holds at least one transition, found a capacity of " + capacity);
        }
        this.capacity = capacity;
        this.observationSize = observationSize;
        this.actionSize = actionSize;
        this.observations = new float[Math.multiplyExact(capacity, observationSize)];
        this.actions = new float[Math.multiplyExact(capacity, actionSize)];
        this.rewards = new float[capacity];
        this.nextObservations = new float[Math.multiplyExact(capacity, observationSize)];
        this.terminals = new float[capacity];
        this.penalties = new float[capacity];
    }

    /**
     * A buffer that holds logged transitions.
     *
     * @throws IllegalArgumentException if there are none, or one has a value that is not finite
     */
    public static ReplayBuffer of(Transitions logged) {
        ReplayBuffer buffer = new ReplayBuffer(logged.size(), logged.observationSize(), logged.actionSize());
        System.arraycopy(logged.observations(), 0, buffer.observations, 0, buffer.observations.length);
        System.arraycopy(logged.actions(), 0, buffer.actions, 0, buffer.actions.length);
        System.arraycopy(logged.rewards(), 0, buffer.rewards, 0, buffer.rewards.length);
        System.arraycopy(logged.nextObservations(), 0, buffer.nextObservations, 0, buffer.nextObservations.length);
        for (int i = 0; i < logged.size(); i++) {
            buffer.terminals[i] = logged.terminals()[i] ? 1 : 0;
        }
        buffer.added = logged.size();
        buffer.requireFinite("observation", buffer.observations, buffer.observationSize);
        buffer.requireFinite("action", buffer.actions, buffer.actionSize);
        buffer.requireFinite("reward", buffer.rewards, 1);
        buffer.requireFinite("next observation", buffer.nextObservations, buffer.observationSize);
        return buffer;
    }

    private void requireFinite(String name, float[] values, int width) {
        for (int i = 0; i < size() * width; i++) {
            if (!Float.isFinite(values[i])) {
                throw notFinite(i / width, name, i % width, values[i]);
            }
        }
    }

    private static IllegalArgumentException notFinite(long transition, String name, int coordinate, double found) {
        return new IllegalArgumentException("transition " + transition + " has " + found + " as value " + coordinate
                + " of its " + name + " (both counted from 0); only numbers that are finite in single precision can be"
                + " learned from");
    }

    /** Number of transitions held. */
    public int size() {
        return (int) Math.min(added, capacity);
    }

    /**
     * Adds one transition.
     *
     * @param terminated whether the task ended; not set at a time limit
     * @throws IllegalArgumentException if an array has the wrong length or a value is not finite in single precision; the
     *             buffer is as before
     */
    public void add(double[] observation, double[] action, double reward, double[] nextObservation,
            boolean terminated) {
        add(observation, action, reward, nextObservation, terminated, 0);
    }

    /**
     * Adds one transition that a model made.
     *
     * @param terminated whether the task ended; not set at a time limit
     * @param uncertainty of the model, for penalties inside the critics' target; finite
     * @throws IllegalArgumentException if an array has the wrong length or a value is not finite in single precision; the
     *             buffer is as before
     */
    public void add(double[] observation, double[] action, double reward, double[] nextObservation, boolean terminated,
            double uncertainty) {
        check("observation", observation, observationSize);
        check("action", action, actionSize);
        check("reward", new double[]{reward}, 1);
        check("next observation", nextObservation, observationSize);
        check("uncertainty", new double[]{uncertainty}, 1);
        int slot = (int) (added % capacity);
        put(observation, observations, slot * observationSize);
        put(action, actions, slot * actionSize);
        rewards[slot] = (float) reward;
        put(nextObservation, nextObservations, slot * observationSize);
        terminals[slot] = terminated ? 1 : 0;
        penalties[slot] = (float) uncertainty;
        added++;
    }

    private void check(String name, double[] values, int expected) {
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    "the " + name + " of a transition has " + expected + " values here, found " + values.length);
        }
        for (int i = 0; i < expected; i++) {
            if (!Float.isFinite((float) values[i])) {
                throw notFinite(added, name, i, values[i]);
            }
        }
    }

    private static void put(double[] values, float[] target, int start) {
        for (int i = 0; i < values.length; i++) {
            target[start + i] = (float) values[i];
        }
    }

    /** Draws transitions uniformly, with replacement; the tensors belong to the current scope. */
    public Batch sample(int count, RandomStream random) {
        if (size() == 0) {
            throw new IllegalStateException("the replay buffer is empty");
        }
        float[] o = new float[count * observationSize];
        float[] a = new float[count * actionSize];
        float[] r = new float[count];
        float[] next = new float[count * observationSize];
        float[] end = new float[count];
        float[] u = new float[count];
        for (int i = 0; i < count; i++) {
            int row = random.nextInt(size());
            System.arraycopy(observations, row * observationSize, o, i * observationSize, observationSize);
            System.arraycopy(actions, row * actionSize, a, i * actionSize, actionSize);
            r[i] = rewards[row];
            System.arraycopy(nextObservations, row * observationSize, next, i * observationSize, observationSize);
            end[i] = terminals[row];
            u[i] = penalties[row];
        }
        return new Batch(Tensors.of(o, count, observationSize), Tensors.of(a, count, actionSize),
                Tensors.of(r, count, 1),
                Tensors.of(next, count, observationSize), Tensors.of(end, count, 1), Tensors.of(u, count, 1));
    }

    /** The content for a checkpoint; the caller owns the tensors. */
    public Map<String, Tensor> named(String prefix) {
        int n = size();
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put(prefix + "added", Tensors.of(new long[]{added}, 1));
        named.put(prefix + "observations", rows(observations, n, observationSize));
        named.put(prefix + "actions", rows(actions, n, actionSize));
        named.put(prefix + "rewards", rows(rewards, n, 1));
        named.put(prefix + "next_observations", rows(nextObservations, n, observationSize));
        named.put(prefix + "terminals", rows(terminals, n, 1));
        named.put(prefix + "penalties", rows(penalties, n, 1));
        return named;
    }

    private static Tensor rows(float[] values, int n, int width) {
        return Tensors.of(Arrays.copyOf(values, n * width), n, width);
    }

    /**
     * Goes to the content of a checkpoint.
     *
     * @throws IllegalArgumentException if it is of a buffer of another shape
     */
    public void load(SafetensorsFile file, String prefix) {
        try (Tensor count = file.tensor(prefix + "added", 1)) {
            added = Math.max(0, (long) count.item());
        }
        read(file, prefix + "observations", observations, observationSize);
        read(file, prefix + "actions", actions, actionSize);
        read(file, prefix + "rewards", rewards, 1);
        read(file, prefix + "next_observations", nextObservations, observationSize);
        read(file, prefix + "terminals", terminals, 1);
        read(file, prefix + "penalties", penalties, 1);
    }

    private void read(SafetensorsFile file, String name, float[] target, int width) {
        try (Tensor rows = file.tensor(name, size(), width)) {
            if (size() > 0) { // an empty tensor has no memory to copy from
                System.arraycopy(rows.toFloats(), 0, target, 0, size() * width);
            }
        }
    }
}
