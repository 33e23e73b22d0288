package org.emfuse.rl.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * When a row happened, for ordering only. Whole numbers and calendar times are exact to 64 bits; others have double
 * precision.
 *
 * @param value as a double
 * @param tick the exact value of a whole number, to order those whose doubles are equal; 0 for others
 * @param calendar whether it came from a calendar time
 */
record RowTime(double value, long tick, boolean calendar) {

    /** Where no column orders the rows. */
    static final RowTime NONE = new RowTime(0, 0, false);

    static RowTime whole(long tick) {
        return new RowTime(tick, tick, false);
    }

    /** A number or an ISO-8601 time; null if the text is neither. */
    static @Nullable RowTime parse(String text) {
        try {
            return whole(Long.parseLong(text));
        } catch (NumberFormatException e) {
            // not a whole number
        }
        if (CellText.looksLikeNumber(text)) {
            try {
                double value = Double.parseDouble(text);
                return Double.isFinite(value) ? new RowTime(value, 0, false) : null;
            } catch (NumberFormatException e) {
                // a date, perhaps
            }
        }
        try {
            Instant instant = instant(text.replaceFirst(" ", "T").toUpperCase(Locale.ROOT));
            long nanos = Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
            return new RowTime(nanos, nanos, true);
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    /** Times without a zone count as UTC: only their order matters. */
    private static Instant instant(String text) {
        if (!text.contains("T")) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        int clock = text.indexOf('T');
        boolean zone = text.endsWith("Z") || text.indexOf('+', clock) > 0 || text.indexOf('-', clock) > 0;
        return zone ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
