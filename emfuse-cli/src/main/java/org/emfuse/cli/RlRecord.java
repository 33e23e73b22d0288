package org.emfuse.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.record.RunRecord;

/** Records of runs of the dynamics branch. */
final class RlRecord {

    private RlRecord() {}

    /** The record of a run. */
    static RunRecord of(String command, long seed, Object settings, Map<String, String> inputs) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("settings", settings);
        return new RunRecord(command, List.of(), seed, configuration, versions(), inputs,
                Runtime.getRuntime().availableProcessors(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Program and platform. */
    static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("emfuse", EmfuseCommand.Version.ofProgram());
        versions.put("java", Runtime.version().toString());
        return versions;
    }
}
