package org.emfuse.rl.env;

/**
 * What soft actor-critic needs for a task beyond its own settings. How the values were found: docs/reference/environments.md.
 *
 * @param steps of the environment that suffice to solve it, with room
 * @param gamma discount per step
 */
public record LearningSettings(long steps, double gamma) {

    /** Checks the ranges. */
    public LearningSettings {
        if (steps < 1 || !(gamma > 0 && gamma < 1)) {
            throw new IllegalArgumentException("learning needs at least one step and a discount in (0, 1), found "
                    + steps + " and " + gamma);
        }
    }
}
