package org.emfuse.rl.diagnostics;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;

/** Another simulator, whose states' coordinates are said to be in [-bound, bound]; its predictions may leave that range. */
record Bounded(Dynamics dynamics, double bound) implements Dynamics {

    @Override
    public String name() {
        return dynamics.name();
    }

    @Override
    public TransitionSpace space() {
        TransitionSpace space = dynamics.space();
        return new TransitionSpace(space.task(), space.observations().stream()
                .map(each -> new Quantity(each.name(), each.unit(), -bound, bound)).toList(), space.actions());
    }

    @Override
    public int longestSlice() {
        return dynamics.longestSlice();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        return dynamics.predict(histories, trajectories, random);
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
