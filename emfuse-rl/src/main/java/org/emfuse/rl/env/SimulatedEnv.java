package org.emfuse.rl.env;

import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * An environment from a {@link ControlTask}: what all of them share. Counts the steps to the horizon, checks and clips
 * actions, delays them, refuses steps outside an episode. With a delay of d steps the first d steps apply zero actions.
 */
final class SimulatedEnv implements Env {

    private enum Phase {
        NOT_STARTED("has not been reset yet: call reset"),
        RUNNING("runs"),
        TERMINATED(
                "has ended its episode: call reset"),
        TRUNCATED("has reached its horizon: call reset"),
        CLOSED(
                "is closed");

        private final String explanation;

        Phase(String explanation) {
            this.explanation = explanation;
        }
    }

    /** Of every environment. */
    static final Parameter ACTION_DELAY = Parameter.count("actionDelay", "steps", 20,
            "an action takes effect so many steps later; the first steps apply zero actions");

    private static final List<Phase> SAVED = List.of(Phase.RUNNING, Phase.TERMINATED, Phase.TRUNCATED);

    private final EnvSpec spec;
    private final ControlTask task;
    private final double[] state;
    /** Actions that are still to be applied, a ring: [delay × actionSize]. */
    private final double[][] pending;
    private int steps;
    private Phase phase = Phase.NOT_STARTED;

    SimulatedEnv(EnvSpec spec, ControlTask task, int actionDelay) {
        this.spec = spec;
        this.task = task;
        this.state = new double[task.stateSize()];
        this.pending = new double[actionDelay][spec.actionSize()];
    }

    @Override
    public EnvSpec spec() {
        return spec;
    }

    @Override
    public double[] reset(long seed) {
        requireOpen();
        task.start(RandomStream.of(seed, "environment"), state);
        for (double[] action : pending) {
            Arrays.fill(action, 0);
        }
        steps = 0;
        phase = Phase.RUNNING;
        return task.observe(state);
    }

    @Override
    public Step step(double[] action) {
        if (phase != Phase.RUNNING) {
            throw new IllegalStateException(spec.id() + " " + phase.explanation);
        }
        double reward = task.advance(state, delayed(clipped(action)));
        steps++;
        boolean terminated = task.terminated(state);
        boolean truncated = !terminated && steps == spec.horizon();
        if (terminated) {
            phase = Phase.TERMINATED;
        } else if (truncated) {
            phase = Phase.TRUNCATED;
        }
        return new Step(task.observe(state), reward, terminated, truncated);
    }

    private double[] clipped(double[] action) {
        if (action.length != spec.actionSize()) {
            throw new IllegalArgumentException("an action of " + spec.id() + " has " + spec.actionSize()
                    + " values, found " + action.length);
        }
        double[] clipped = new double[action.length];
        for (int i = 0; i < action.length; i++) {
            Quantity quantity = spec.actions().get(i);
            if (!Double.isFinite(action[i])) {
                throw new IllegalArgumentException("action " + quantity.name() + " of " + spec.id()
                        + " must be finite, found " + action[i] + " in step " + steps);
            }
            clipped[i] = quantity.clip(action[i]);
        }
        return clipped;
    }

    /** The action of {@code pending.length} steps ago; keeps this one for later. */
    private double[] delayed(double[] action) {
        if (pending.length == 0) {
            return action;
        }
        int slot = steps % pending.length;
        double[] due = pending[slot];
        pending[slot] = action;
        return due;
    }

    /** Steps, phase, pending actions slot by slot, physical state. */
    @Override
    public double[] state() {
        requireOpen();
        if (phase == Phase.NOT_STARTED) {
            throw new IllegalStateException(spec.id() + " " + phase.explanation);
        }
        double[] saved = new double[savedSize()];
        saved[0] = steps;
        saved[1] = SAVED.indexOf(phase);
        int at = 2;
        for (double[] action : pending) {
            System.arraycopy(action, 0, saved, at, action.length);
            at += action.length;
        }
        System.arraycopy(state, 0, saved, at, state.length);
        return saved;
    }

    @Override
    public double[] restore(double[] saved) {
        requireOpen();
        requireValid(saved);
        steps = (int) saved[0];
        phase = SAVED.get((int) saved[1]);
        int at = 2;
        for (double[] action : pending) {
            System.arraycopy(saved, at, action, 0, action.length);
            at += action.length;
        }
        System.arraycopy(saved, at, state, 0, state.length);
        return task.observe(state);
    }

    private void requireValid(double[] saved) {
        if (saved.length != savedSize()) {
            throw new IllegalArgumentException("a state of " + spec.id() + " has " + savedSize() + " values, found "
                    + saved.length + ": it was saved by another environment");
        }
        for (int i = 0; i < saved.length; i++) {
            if (!Double.isFinite(saved[i])) {
                throw new IllegalArgumentException(
                        "a state of " + spec.id() + " must be finite, found " + saved[i] + " at index " + i);
            }
        }
        requireIndex("steps", saved[0], spec.horizon());
        requireIndex("phase", saved[1], SAVED.size() - 1);
    }

    private void requireIndex(String name, double value, int last) {
        if (value != Math.rint(value) || value < 0 || value > last) {
            throw new IllegalArgumentException("a state of " + spec.id() + " expects " + name
                    + " to be a whole number from 0 to " + last + ", found " + value);
        }
    }

    private int savedSize() {
        return 2 + pending.length * spec.actionSize() + state.length;
    }

    private void requireOpen() {
        if (phase == Phase.CLOSED) {
            throw new IllegalStateException(spec.id() + " " + phase.explanation);
        }
    }

    @Override
    public void close() {
        phase = Phase.CLOSED;
    }
}
