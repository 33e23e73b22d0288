package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.emfuse.record.RunRecord;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;
import tools.jackson.core.JacksonException;

/** Records of runs of the dynamics branch. */
final class RlRecord {

    /** Metadata of a data set: names of the observation's coordinates, a JSON list. */
    static final String OBSERVATION_NAMES = "observation_names";
    /** The same of the action's. */
    static final String ACTION_NAMES = "action_names";

    private RlRecord() {}

    /** The names of the observation's coordinates as far as the metadata of a data set tells them. */
    static List<String> observationNames(Map<String, String> metadata) {
        return names(metadata, OBSERVATION_NAMES, EnvSpec::observations);
    }

    /** The names of the action's coordinates as far as the metadata of a data set tells them. */
    static List<String> actionNames(Map<String, String> metadata) {
        return names(metadata, ACTION_NAMES, EnvSpec::actions);
    }

    private static List<String> names(Map<String, String> metadata, String key,
            Function<EnvSpec, List<Quantity>> coordinates) {
        String names = metadata.get(key);
        if (names != null) {
            return read(names);
        }
        String env = metadata.get("env");
        if (env == null || !Environments.ids().contains(env.split(":", 2)[0])) {
            return List.of();
        }
        return coordinates.apply(Environments.spec(env)).stream().map(Quantity::name).toList();
    }

    /** Names as metadata keep them: a JSON list, because a name may contain anything. */
    static String written(List<String> names) {
        return Json.LINES.writeValueAsString(names);
    }

    private static List<String> read(String names) {
        try {
            return List.of(Json.LINES.readValue(names, String[].class));
        } catch (JacksonException e) {
            return List.of(); // of another program; coordinates then go by their numbers
        }
    }

    /** A text as part of a file name: anything but letters, digits, dots and minus becomes an underscore. */
    static String fileName(String text) {
        return text.replaceAll("[^\\p{L}\\p{N}.-]+", "_");
    }

    /** Makes a folder for results. */
    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException("the output " + folder + " is a file; a folder was expected", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be made", e);
        }
    }

    /** The record of a run. */
    static RunRecord of(String command, List<String> arguments, long seed, Object settings,
            Map<String, String> inputs) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("settings", settings);
        return new RunRecord(command, arguments, seed, configuration, versions(), inputs,
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
