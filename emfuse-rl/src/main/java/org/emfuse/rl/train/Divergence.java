package org.emfuse.rl.train;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Training whose numbers left the finite ones: it stops, and says what happened and where. */
public final class Divergence {

    private Divergence() {}

    /**
     * What an update measured.
     *
     * @throws IllegalStateException if one of the numbers is not finite
     */
    public static Map<String, Double> checked(Map<String, Double> measured, long step) {
        measured.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw at(step, "its " + name + " is " + value, null);
            }
        });
        return measured;
    }

    /** The exception for a training that cannot go on. */
    public static IllegalStateException at(long step, String what, @Nullable Throwable cause) {
        return new IllegalStateException("training diverged at step " + step + ": " + what
                + "; the last checkpoint is from before and stays as it is. Look for extreme rewards or observations, or"
                + " lower the learning rates", cause);
    }
}
