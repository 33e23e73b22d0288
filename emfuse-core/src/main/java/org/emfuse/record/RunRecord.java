package org.emfuse.record;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a result came from, kept beside it so that it can be made again.
 *
 * @param command what was run
 * @param arguments its command line
 * @param seed of everything random in it
 * @param configuration the settings in effect, defaults included
 * @param versions of the program, the Java platform and the engine
 * @param inputs name to SHA-256, for every file that was read
 * @param processors that the platform could use
 * @param started when
 */
public record RunRecord(String command, List<String> arguments, long seed, Map<String, Object> configuration,
        Map<String, String> versions, Map<String, String> inputs, int processors, Instant started) {}
