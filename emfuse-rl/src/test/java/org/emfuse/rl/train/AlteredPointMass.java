package org.emfuse.rl.train;

import java.util.function.BiFunction;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Step;

/**
 * A point mass whose steps come out differently.
 *
 * @param alter what becomes of a step, given its number in the episode, from 1
 */
record AlteredPointMass(PointMass1D mass, BiFunction<Integer, Step, Step> alter) implements Env {

    AlteredPointMass(BiFunction<Integer, Step, Step> alter) {
        this(new PointMass1D(), alter);
    }

    @Override
    public EnvSpec spec() {
        return mass.spec();
    }

    @Override
    public double[] reset(long seed) {
        return mass.reset(seed);
    }

    @Override
    public Step step(double[] action) {
        Step step = mass.step(action);
        return alter.apply((int) mass.state()[2], step);
    }

    @Override
    public double[] state() {
        return mass.state();
    }

    @Override
    public double[] restore(double[] state) {
        return mass.restore(state);
    }

    @Override
    public void close() {
        mass.close();
    }
}
