package org.emfuse.rl.env;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Quantity} as headers of files hold it: an infinite bound is null, JSON having no number for it.
 *
 * @param name of the coordinate
 * @param unit of its values
 * @param low smallest possible value; null for {@code -∞}
 * @param high largest possible value; null for {@code +∞}
 */
public record StoredQuantity(String name, String unit, @Nullable Double low, @Nullable Double high) {

    /** Checks that name and unit are there. */
    public StoredQuantity {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(unit, "unit");
    }

    /** A quantity for a file. */
    public static StoredQuantity of(Quantity quantity) {
        return new StoredQuantity(quantity.name(), quantity.unit(),
                Double.isFinite(quantity.low()) ? quantity.low() : null,
                Double.isFinite(quantity.high()) ? quantity.high() : null);
    }

    /**
     * The quantity that was stored.
     *
     * @throws IllegalArgumentException if its range is empty
     */
    public Quantity quantity() {
        return new Quantity(name, unit, low == null ? Double.NEGATIVE_INFINITY : low,
                high == null ? Double.POSITIVE_INFINITY : high);
    }
}
