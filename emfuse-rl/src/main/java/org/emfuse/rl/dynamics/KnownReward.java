package org.emfuse.rl.dynamics;

import java.util.function.ToDoubleBiFunction;

import org.emfuse.rl.random.RandomStream;

/** A simulator whose rewards do not come from its models but from a function of state and action, which the task's rules give. */
public final class KnownReward implements Dynamics {

    private final Dynamics dynamics;
    private final ToDoubleBiFunction<double[], double[]> reward;

    /**
     * The simulator with other rewards; it owns the one that it is made of.
     *
     * @param reward of a step, by the state that it begins in and the action
     */
    public KnownReward(Dynamics dynamics, ToDoubleBiFunction<double[], double[]> reward) {
        this.dynamics = dynamics;
        this.reward = reward;
    }

    @Override
    public String name() {
        return dynamics.name() + " with known reward";
    }

    @Override
    public TransitionSpace space() {
        return dynamics.space();
    }

    @Override
    public int longestSlice() {
        return dynamics.longestSlice();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        Prediction prediction = dynamics.predict(histories, trajectories, random);
        double[] rewards = new double[trajectories.length];
        for (int i = 0; i < rewards.length; i++) {
            rewards[i] = reward.applyAsDouble(histories.state(trajectories[i]), histories.action(trajectories[i]));
        }
        return new Prediction(prediction.next(), rewards, prediction.uncertainty(), prediction.slices());
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
