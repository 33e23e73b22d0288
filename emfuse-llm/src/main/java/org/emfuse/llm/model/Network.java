package org.emfuse.llm.model;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Whether the program may fetch anything. */
public final class Network {

    /** The environment variable that forbids it: 1, true or yes. */
    public static final String VARIABLE = "EMFUSE_OFFLINE";

    private static final Set<String> YES = Set.of("1", "true", "yes");

    private Network() {}

    /** True unless {@value #VARIABLE} is 1, true or yes. */
    public static boolean allowed() {
        return allowed(System.getenv(VARIABLE));
    }

    static boolean allowed(@Nullable String offline) {
        return offline == null || !YES.contains(offline.strip().toLowerCase(Locale.ROOT));
    }
}
