package org.emfuse.rl.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.emfuse.rl.data.hdf5.FloatMatrix;
import org.emfuse.rl.data.hdf5.Hdf5Exception;
import org.emfuse.rl.data.hdf5.Hdf5File;
import org.emfuse.rl.data.hdf5.Hdf5Output;

/**
 * Logged transitions in D4RL's HDF5 layout: data sets {@code observations} [n × o], {@code actions} [n × a], {@code rewards},
 * {@code next_observations}, {@code terminals} and {@code timeouts}, and texts in the group {@code metadata}. What a file may
 * lack and how it is rebuilt is in {@code docs/reference/data-files.md}.
 *
 * @param transitions the data
 * @param metadata numbers and texts of the group {@code metadata} and of the file's attributes, by name
 * @param notes what was rebuilt, dropped or not read, a line each
 */
public record D4rlFile(Transitions transitions, Map<String, String> metadata, List<String> notes) {

    private static final List<String> REQUIRED = List.of("observations", "actions", "rewards", "terminals");
    private static final String NEXT = "next_observations";
    private static final String TIMEOUTS = "timeouts";
    private static final String METADATA = "metadata";
    private static final int NAMED = 12;

    /** Copies the lists. */
    public D4rlFile {
        metadata = Map.copyOf(metadata);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException with one clear message if it is no HDF5 file, damaged, lacks data that cannot be
     *         rebuilt, or holds anything but finite numbers
     */
    public static D4rlFile read(Path path) {
        try (Hdf5File file = Hdf5File.open(path)) {
            return read(file);
        }
    }

    private static D4rlFile read(Hdf5File file) {
        boolean hasNext = file.has(NEXT);
        boolean hasTimeouts = file.has(TIMEOUTS);
        checkNames(file, hasNext || hasTimeouts);
        checkRows(file, hasNext, hasTimeouts);
        List<String> notes = new ArrayList<>();
        FloatMatrix observations = nonEmpty(file, "observations", file.matrix("observations"));
        FloatMatrix actions = actions(file);
        float[] rewards = rewards(file, observations.rows());
        boolean[] terminals = file.flags("terminals");
        float[] next = hasNext ? next(file, observations) : observations.values();
        boolean[] timeouts = hasTimeouts ? file.flags(TIMEOUTS) : new boolean[terminals.length];
        Transitions transitions = new Transitions(observations.columns(), actions.columns(), observations.values(),
                actions.values(), rewards, next, terminals, timeouts).requireFinite("the file " + file.path());
        if (!hasTimeouts) {
            transitions = MissingColumns.timeouts(transitions, notes);
        } else if (!hasNext) {
            transitions = MissingColumns.nextObservations(transitions, notes);
            if (transitions.size() == 0) {
                throw file.refused(
                        "it has no next_observations, and no two rows of one episode to take them from");
            }
        }
        Map<String, String> metadata = new TreeMap<>(file.attributes());
        List<String> skipped = new ArrayList<>();
        try {
            metadata.putAll(file.texts(METADATA, skipped));
        } catch (Hdf5Exception e) {
            skipped.add(METADATA); // the data can be read without
        }
        noteUnread(file, skipped, notes);
        return new D4rlFile(transitions, metadata, notes);
    }

    private static void checkNames(Hdf5File file, boolean episodesKnown) {
        List<String> missing = REQUIRED.stream().filter(name -> !file.has(name)).toList();
        List<String> found = file.names("");
        if (!missing.isEmpty()) {
            throw file.refused("it has no " + String.join(", ", missing) + "; it has "
                    + (found.isEmpty() ? "nothing" : String.join(", ", shortened(found)))
                    + ". A file in D4RL's layout has observations, actions, rewards, terminals, timeouts and"
                    + " next_observations" + (found.stream().anyMatch(name -> name.startsWith("episode_"))
                            ? "; this looks like Minari's layout, import it as such"
                            : ""));
        }
        if (!episodesKnown) {
            throw file.refused("it has neither timeouts nor next_observations, so where its episodes end is unknown."
                    + " Add timeouts (1 where an episode was cut, else 0) or next_observations");
        }
    }

    private static void checkRows(Hdf5File file, boolean hasNext, boolean hasTimeouts) {
        int rows = file.rows("observations");
        Set<String> others = new LinkedHashSet<>(REQUIRED);
        if (hasNext) {
            others.add(NEXT);
        }
        if (hasTimeouts) {
            others.add(TIMEOUTS);
        }
        for (String name : others) {
            int found = file.rows(name);
            if (found != rows) {
                throw file.refused(
                        "observations has " + rows + " rows and " + name + " has " + found + "; they must agree");
            }
        }
        if (rows == 0) {
            throw file.refused("it holds no transitions");
        }
    }

    private static FloatMatrix actions(Hdf5File file) {
        if (file.isInteger("actions")) {
            throw file.refused("actions: they are integers, that is discrete; continuous actions are expected");
        }
        return nonEmpty(file, "actions", file.matrix("actions"));
    }

    private static FloatMatrix nonEmpty(Hdf5File file, String name, FloatMatrix matrix) {
        if (matrix.columns() == 0) {
            throw file.refused(name + ": it has no columns");
        }
        return matrix;
    }

    private static float[] rewards(Hdf5File file, int rows) {
        FloatMatrix rewards = file.matrix("rewards");
        if (rewards.columns() != 1) {
            throw file.refused("rewards: its shape is [" + rows + ", " + rewards.columns() + "]; one reward a row is"
                    + " expected");
        }
        return rewards.values();
    }

    private static float[] next(Hdf5File file, FloatMatrix observations) {
        FloatMatrix next = file.matrix(NEXT);
        if (next.columns() != observations.columns()) {
            throw file.refused("observations has " + observations.columns() + " columns and " + NEXT + " has "
                    + next.columns() + "; they must agree");
        }
        return next.values();
    }

    private static void noteUnread(Hdf5File file, List<String> skipped, List<String> notes) {
        List<String> unread = new ArrayList<>();
        for (String name : file.names("")) {
            if (name.equals(METADATA) || name.equals(NEXT) || name.equals(TIMEOUTS) || REQUIRED.contains(name)) {
                continue;
            }
            unread.addAll(file.namesBelow(name));
        }
        unread.addAll(skipped);
        if (!unread.isEmpty()) {
            notes.add("not read: " + String.join(", ", shortened(unread)));
        }
    }

    private static List<String> shortened(List<String> names) {
        if (names.size() <= NAMED) {
            return names;
        }
        List<String> few = new ArrayList<>(names.subList(0, NAMED));
        few.add("and " + (names.size() - NAMED) + " more");
        return few;
    }

    /**
     * Writes a file with float32 numbers and int8 flags, chunked and gzipped. It is read back before it takes its place.
     *
     * @param path replaced if it exists
     * @param transitions at least one, finite
     * @param metadata texts for the group {@code metadata}; slashes in names make groups
     * @throws IllegalArgumentException if the transitions or names cannot be stored, or the path cannot be a file
     * @throws java.io.UncheckedIOException if it could not be written whole; nothing is left behind
     */
    public static void write(Path path, Transitions transitions, Map<String, String> metadata) {
        if (transitions.size() == 0) {
            throw new IllegalArgumentException("the file " + path + " was not written: there are no transitions");
        }
        transitions.requireFinite("the file " + path + " was not written");
        Map<String, String> texts = new TreeMap<>(metadata);
        Hdf5Output.write(path, output -> {
            output.matrix("observations", transitions.observations(), transitions.observationSize());
            output.matrix("actions", transitions.actions(), transitions.actionSize());
            output.vector("rewards", transitions.rewards());
            output.matrix(NEXT, transitions.nextObservations(), transitions.observationSize());
            output.flags("terminals", transitions.terminals());
            output.flags(TIMEOUTS, transitions.timeouts());
            if (!texts.isEmpty()) {
                output.texts(METADATA, texts);
            }
        }, part -> check(part, transitions));
    }

    private static void check(Path part, Transitions transitions) {
        try (Hdf5File file = Hdf5File.open(part)) {
            Transitions read = read(file).transitions;
            boolean equal = Arrays.equals(read.observations(), transitions.observations())
                    && Arrays.equals(read.actions(), transitions.actions())
                    && Arrays.equals(read.rewards(), transitions.rewards())
                    && Arrays.equals(read.nextObservations(), transitions.nextObservations())
                    && Arrays.equals(read.terminals(), transitions.terminals())
                    && Arrays.equals(read.timeouts(), transitions.timeouts());
            if (!equal) {
                throw file.refused("it holds other values than were written");
            }
        }
    }
}
