package org.emfuse.wording;

import java.util.Locale;

/** Sizes for people. */
public final class Megabytes {

    private Megabytes() {}

    /** A number of bytes in megabytes (10⁶ bytes), {@code -} for -1. */
    public static String of(long bytes) {
        return bytes < 0 ? "-" : String.format(Locale.ROOT, bytes < 10_000_000 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
    }
}
