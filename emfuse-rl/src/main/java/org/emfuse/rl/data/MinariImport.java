package org.emfuse.rl.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.emfuse.rl.data.hdf5.FloatMatrix;
import org.emfuse.rl.data.hdf5.Hdf5File;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A data set in Minari's HDF5 layout: a group {@code episode_K} for each episode with {@code observations} [T + 1, o],
 * {@code actions} [T, a], {@code rewards}, {@code terminations} and {@code truncations} [T].
 *
 * @param transitions of all episodes, ordered by their numbers
 * @param metadata of the file {@code metadata.json} beside the data and of the file's attributes, by name
 * @param notes what was changed, skipped or not read, a line each
 */
public record MinariImport(Transitions transitions, Map<String, String> metadata, List<String> notes) {

    private static final String DATA = "main_data.hdf5";
    private static final String DESCRIPTION = "metadata.json";
    private static final long LARGEST_DESCRIPTION = 1 << 24;
    private static final Pattern EPISODE = Pattern.compile("episode_(\\d{1,9})");
    private static final List<String> READ = List.of("observations", "actions", "rewards", "terminations",
            "truncations");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Episode(int number, String group) {}

    /** Copies the lists. */
    public MinariImport {
        metadata = Map.copyOf(metadata);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a data set.
     *
     * @param path its {@code main_data.hdf5}, the folder of that file, or the data set's folder above it
     * @throws IllegalArgumentException with one clear message if it is missing, damaged, of another layout, or has
     *         observations or actions that are not one array of finite numbers
     */
    public static MinariImport read(Path path) {
        Path data = locate(path);
        List<String> notes = new ArrayList<>();
        try (Hdf5File file = Hdf5File.open(data)) {
            Transitions transitions = Transitions.concat(parts(file, notes));
            Map<String, String> metadata = new TreeMap<>(file.attributes());
            metadata.putAll(description(data.resolveSibling(DESCRIPTION), notes));
            return new MinariImport(transitions, metadata, notes);
        }
    }

    private static Path locate(Path path) {
        if (!Files.isDirectory(path)) {
            return path;
        }
        for (Path candidate : List.of(path.resolve(DATA), path.resolve("data").resolve(DATA))) {
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        boolean other = Files.exists(path.resolve(DESCRIPTION)) || Files.exists(path.resolve("data", DESCRIPTION));
        throw new IllegalArgumentException("the folder " + path + " has no " + DATA + (other
                ? "; it is a Minari data set in another format. Make or convert it with data_format=\"hdf5\""
                : "; name the folder of a Minari data set, or its file"));
    }

    private static List<Transitions> parts(Hdf5File file, List<String> notes) {
        List<Episode> episodes = episodes(file);
        List<Transitions> parts = new ArrayList<>();
        int empty = 0;
        int open = 0;
        for (Episode episode : episodes) {
            Transitions part = part(file, episode.group);
            if (part.size() == 0) {
                empty++;
                continue;
            }
            if (!parts.isEmpty() && (part.observationSize() != parts.getFirst().observationSize()
                    || part.actionSize() != parts.getFirst().actionSize())) {
                throw file.refused(episode.group + ": its observations and actions have " + part.observationSize()
                        + " and " + part.actionSize() + " columns, those of earlier episodes "
                        + parts.getFirst().observationSize() + " and " + parts.getFirst().actionSize());
            }
            int last = part.size() - 1;
            if (!part.terminals()[last] && !part.timeouts()[last]) {
                part.timeouts()[last] = true; // or it would run on into the next episode
                open++;
            }
            parts.add(part.requireFinite("the file " + file.path() + ", " + episode.group));
        }
        if (parts.isEmpty()) {
            throw file.refused("none of its " + episodes.size() + " episodes has a step");
        }
        if (empty > 0) {
            notes.add(empty + " of " + episodes.size() + " episodes have no step and were skipped");
        }
        if (open > 0) {
            notes.add(open + " of " + episodes.size()
                    + " episodes end neither terminated nor truncated; their last step was marked a timeout");
        }
        noteUnread(file, episodes.getFirst().group, notes);
        return parts;
    }

    /** In the order of their numbers: by name, episode_10 would come before episode_2. */
    private static List<Episode> episodes(Hdf5File file) {
        List<Episode> episodes = new ArrayList<>();
        List<String> names = file.names("");
        for (String name : names) {
            Matcher matcher = EPISODE.matcher(name);
            if (matcher.matches()) {
                episodes.add(new Episode(Integer.parseInt(matcher.group(1)), name));
            }
        }
        if (episodes.isEmpty()) {
            throw file.refused("it has no episodes (groups episode_0, episode_1, ...)" + (names.contains("observations")
                    ? "; this looks like D4RL's layout, read it as such"
                    : ""));
        }
        episodes.sort(Comparator.comparingInt(Episode::number));
        return episodes;
    }

    private static Transitions part(Hdf5File file, String episode) {
        for (String name : READ) {
            String full = episode + "/" + name;
            if (!file.has(full)) {
                throw file.refused(episode + " has no " + name + "; it has "
                        + String.join(", ", file.names(episode)));
            }
            if (file.isGroup(full)) {
                throw file.refused(full + " is a group of " + String.join(", ", file.names(full))
                        + ": a dictionary or tuple space. One array is expected; flatten the space before recording");
            }
        }
        for (String name : List.of("observations", "actions")) {
            if (file.isInteger(episode + "/" + name)) {
                throw file.refused(episode + "/" + name
                        + ": they are integers, that is discrete or pixels; continuous numbers are expected");
            }
        }
        int steps = file.rows(episode + "/rewards");
        checkRows(file, episode, "observations", steps + 1, steps);
        for (String name : List.of("actions", "terminations", "truncations")) {
            checkRows(file, episode, name, steps, steps);
        }
        return part(file, episode, steps);
    }

    private static void checkRows(Hdf5File file, String episode, String name, int expected, int steps) {
        int found = file.rows(episode + "/" + name);
        if (found != expected) {
            throw file.refused(episode + "/" + name + " has " + found + " rows; " + expected
                    + " are expected beside " + steps + " rewards");
        }
    }

    private static Transitions part(Hdf5File file, String episode, int steps) {
        FloatMatrix observations = file.matrix(episode + "/observations");
        FloatMatrix actions = file.matrix(episode + "/actions");
        FloatMatrix rewards = file.matrix(episode + "/rewards");
        if (observations.columns() == 0 || actions.columns() == 0 || rewards.columns() != 1) {
            throw file.refused(episode + ": observations, actions and rewards have " + observations.columns() + ", "
                    + actions.columns() + " and " + rewards.columns() + " columns; some, some and 1 are expected");
        }
        boolean[] terminals = file.flags(episode + "/terminations");
        boolean[] timeouts = file.flags(episode + "/truncations");
        for (int i = 0; i < steps; i++) {
            timeouts[i] &= !terminals[i];
        }
        int o = observations.columns();
        float[] before = new float[steps * o];
        float[] after = new float[steps * o];
        System.arraycopy(observations.values(), 0, before, 0, steps * o);
        System.arraycopy(observations.values(), o, after, 0, steps * o);
        return new Transitions(o, actions.columns(), before, actions.values(), rewards.values(), after, terminals,
                timeouts);
    }

    private static void noteUnread(Hdf5File file, String episode, List<String> notes) {
        List<String> unread = new ArrayList<>();
        for (String name : file.names(episode)) {
            if (!READ.contains(name)) {
                file.namesBelow(episode + "/" + name).forEach(full -> unread.add(full.substring(episode.length() + 1)));
            }
        }
        if (!unread.isEmpty()) {
            notes.add("not read: " + String.join(", ", unread));
        }
    }

    /** The description is not needed to read the data, so damage to it is a note only. */
    private static Map<String, String> description(Path path, List<String> notes) {
        Map<String, String> texts = new TreeMap<>();
        if (!Files.isRegularFile(path)) {
            return texts;
        }
        try {
            if (Files.size(path) > LARGEST_DESCRIPTION) {
                notes.add(DESCRIPTION + " was not read: it has " + Files.size(path) + " bytes");
                return texts;
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(path));
            for (Map.Entry<String, JsonNode> property : root.properties()) {
                JsonNode value = property.getValue();
                texts.put(property.getKey(), value.isString() ? value.asString() : value.toString());
            }
        } catch (JacksonException | IOException e) {
            notes.add(DESCRIPTION + " was not read: it is damaged");
        }
        return texts;
    }
}
