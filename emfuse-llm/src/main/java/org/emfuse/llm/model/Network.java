package org.emfuse.llm.model;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whether the network may be used. */
public final class Network {

    /** The environment variable that forbids it with {@code 1}, {@code true} or {@code yes}. */
    public static final String VARIABLE = "EMFUSE_OFFLINE";

    private static final Set<String> YES = Set.of("1", "true", "yes");

    private Network() {}

    /** Whether the network may be used: unless {@value #VARIABLE} says that it may not. */
    public static boolean allowed() {
        return allowed(System.getenv());
    }

    static boolean allowed(Map<String, String> environment) {
        return !YES.contains(environment.getOrDefault(VARIABLE, "").strip().toLowerCase(Locale.ROOT));
    }
}
