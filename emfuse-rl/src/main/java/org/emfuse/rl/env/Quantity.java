package org.emfuse.rl.env;

/**
 * One coordinate of an observation or an action.
 *
 * @param name for example {@code "angular velocity"}
 * @param unit for example {@code "rad/s"}; {@code "1"} where it has none
 * @param low smallest possible value, may be {@code -∞}
 * @param high largest possible value, may be {@code +∞}
 */
public record Quantity(String name, String unit, double low, double high) {

    /** Checks the range. */
    public Quantity {
        if (!(low < high)) {
            throw new IllegalArgumentException(
                    "the range of " + name + " must have low < high, found [" + low + ", " + high + "]");
        }
    }

    /** A value within the range: the nearest one to {@code value}. */
    public double clip(double value) {
        return Math.clamp(value, low, high);
    }
}
