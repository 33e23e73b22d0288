package org.emfuse.rl.diagnostics;

/**
 * A coordinate cut into cells of one width.
 *
 * @param name of the coordinate
 * @param unit of its values; {@code "1"} where it has none
 * @param low lower edge of the first cell
 * @param high upper edge of the last cell
 * @param cells at least 1
 */
public record Axis(String name, String unit, double low, double high, int cells) {

    /** Checks the range. */
    public Axis {
        if (!(Double.isFinite(low) && Double.isFinite(high) && low < high) || cells < 1) {
            throw new IllegalArgumentException(
                    "the axis of " + name + " needs low < high and at least one cell, found ["
                            + low + ", " + high + "] and " + cells);
        }
    }

    /** Where cell {@code i} begins; of {@code i = cells}, where the last one ends. */
    public double edge(int i) {
        return low + (high - low) * i / cells;
    }

    /** The middle of cell {@code i}, from 0. */
    public double centre(int i) {
        return low + (high - low) * (i + 0.5) / cells;
    }

    /** For pictures: {@code "angular velocity, rad/s"}. */
    public String label() {
        return unit.equals("1") ? name : name + ", " + unit;
    }
}
