package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Rows of a table in the file's order, gathered in primitive arrays, then grouped by episode and put in order. Episodes are
 * numbered by their first row.
 */
final class LoggedRows {

    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int LIMIT = Integer.MAX_VALUE - CHUNK;

    /** A block of rows; blocks need no copying when there are more rows. */
    private static final class Chunk {

        final float[] numbers;
        final int[] episode = new int[CHUNK];
        final int[] place = new int[CHUNK];
        final boolean[] terminal = new boolean[CHUNK];
        final boolean[] timeout = new boolean[CHUNK];
        final double @Nullable [] time;
        final long @Nullable [] tick;

        Chunk(int width, boolean timed) {
            numbers = new float[CHUNK * width];
            time = timed ? new double[CHUNK] : null;
            tick = timed ? new long[CHUNK] : null;
        }
    }

    private final CellText cells;
    private final ColumnMapping mapping;
    private final int width;
    private final List<Chunk> chunks = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> ids = new ArrayList<>();
    private int rows;
    private boolean calendar;

    LoggedRows(CellText cells, ColumnMapping mapping) {
        this.cells = cells;
        this.mapping = mapping;
        this.width = mapping.numbers().size();
    }

    /** Whether a column of {@link ColumnMapping#numbers} may be empty: that of an action in an episode's last row. */
    static boolean mayBeEmpty(ColumnMapping mapping, int number) {
        return mapping.nextObservation().isEmpty() && number >= mapping.observation().size()
                && number <= mapping.rewardIndex();
    }

    /**
     * Adds a row.
     *
     * @param id of the episode
     * @param values of {@link ColumnMapping#numbers}, copied; NaN for an empty cell
     * @param place line or row in the file, from 1
     */
    void add(String id, float[] values, RowTime time, boolean terminal, boolean timeout, int place) {
        if (rows >= LIMIT) {
            throw new IllegalArgumentException(
                    "the file " + cells.file() + " has more than " + LIMIT + " rows; split it into several");
        }
        int at = rows & (CHUNK - 1);
        if (at == 0) {
            chunks.add(new Chunk(width, mapping.time().isPresent()));
        }
        Chunk chunk = chunks.getLast();
        System.arraycopy(values, 0, chunk.numbers, at * width, width);
        chunk.episode[at] = number(id);
        chunk.place[at] = place;
        chunk.terminal[at] = terminal;
        chunk.timeout[at] = timeout;
        if (chunk.time != null && chunk.tick != null) {
            if (rows > 0 && time.calendar() != calendar) {
                throw cells.wrong(place, mapping.time().orElseThrow(),
                        calendar ? "a time, as in the rows before" : "a number, as in the rows before",
                        calendar ? "a number" : "a time");
            }
            calendar = time.calendar();
            chunk.time[at] = time.value();
            chunk.tick[at] = time.tick();
        }
        rows++;
    }

    private int number(String id) {
        Integer known = numbers.get(id);
        if (known != null) {
            return known;
        }
        numbers.put(id, ids.size());
        ids.add(id);
        return ids.size() - 1;
    }

    private Chunk chunk(int row) {
        return chunks.get(row >> CHUNK_BITS);
    }

    private int place(int row) {
        return chunk(row).place[row & (CHUNK - 1)];
    }

    private boolean terminal(int row) {
        return chunk(row).terminal[row & (CHUNK - 1)];
    }

    private boolean timeout(int row) {
        return chunk(row).timeout[row & (CHUNK - 1)];
    }

    /** Copies {@code count} numbers of a row from {@code first} on; a missing one is an error. */
    private void copy(int row, int first, int count, float[] to, int at) {
        float[] from = chunk(row).numbers;
        int start = (row & (CHUNK - 1)) * width + first;
        for (int i = 0; i < count; i++) {
            float value = from[start + i];
            if (Float.isNaN(value)) {
                throw cells.wrong(place(row), mapping.numbers().get(first + i), "a number",
                        "an empty cell (only the last row of an episode needs no action and reward)");
            }
            to[at + i] = value;
        }
    }

    /**
     * Makes transitions of the rows; this object is not to be used afterwards.
     *
     * @throws IllegalArgumentException if nothing is left or an episode goes on after its end
     */
    ImportedTable toTransitions() {
        if (rows == 0) {
            throw new IllegalArgumentException("the file " + cells.file() + " has no rows");
        }
        int[] end = new int[ids.size()];
        int[] order = byEpisode(end);
        long ties = 0;
        boolean lastRowIsState = mapping.nextObservation().isEmpty();
        int transitions = 0;
        List<String> kept = new ArrayList<>();
        for (int e = 0; e < ids.size(); e++) {
            int start = e == 0 ? 0 : end[e - 1];
            ties += mapping.time().isPresent() ? byTime(order, start, end[e]) : 0;
            int used = end[e] - start - (lastRowIsState ? 1 : 0);
            if (used > 0) {
                transitions += used;
                kept.add(ids.get(e));
            }
        }
        if (transitions == 0) {
            throw new IllegalArgumentException(
                    "the file " + cells.file() + " has no episode of two rows or more; column '"
                            + mapping.episode() + "' must be equal in all rows of an episode");
        }
        Transitions target = allocate(transitions);
        int to = 0;
        int unused = 0;
        for (int e = 0; e < ids.size(); e++) {
            int start = e == 0 ? 0 : end[e - 1];
            to = fill(target, to, order, start, end[e]);
            unused += lastRowIsState && end[e] - start > 1 && acts(order[end[e] - 1]) ? 1 : 0;
        }
        return new ImportedTable(target, kept, rows, ids.size() - kept.size(), ties, unused);
    }

    private Transitions allocate(int n) {
        int states = mapping.observation().size();
        int actions = mapping.action().size();
        if ((long) n * Math.max(states, actions) > LIMIT) {
            throw new IllegalArgumentException("the file " + cells.file() + " has " + n + " transitions of "
                    + Math.max(states, actions) + " numbers; at most " + LIMIT
                    + " numbers fit, split it into several");
        }
        return new Transitions(states, actions, new float[n * states], new float[n * actions], new float[n],
                new float[n * states], new boolean[n], new boolean[n]);
    }

    /** The rows episode by episode, each in the file's order; {@code end} receives one past each episode's last place. */
    private int[] byEpisode(int[] end) {
        for (int row = 0; row < rows; row++) {
            end[chunk(row).episode[row & (CHUNK - 1)]]++;
        }
        int sum = 0;
        int[] next = new int[end.length];
        for (int e = 0; e < end.length; e++) {
            next[e] = sum;
            sum += end[e];
            end[e] = sum;
        }
        int[] order = new int[rows];
        for (int row = 0; row < rows; row++) {
            order[next[chunk(row).episode[row & (CHUNK - 1)]]++] = row;
        }
        return order;
    }

    /** Sorts rows by time, equal times in the file's order; the number of rows with the time of the row before. */
    private long byTime(int[] order, int start, int end) {
        boolean sorted = true;
        for (int i = start + 1; i < end && sorted; i++) {
            sorted = compareTimes(order[i - 1], order[i]) <= 0;
        }
        if (!sorted) {
            Integer[] rowsOfEpisode = new Integer[end - start];
            Arrays.setAll(rowsOfEpisode, i -> order[start + i]);
            Arrays.sort(rowsOfEpisode, this::compareTimes); // stable
            for (int i = start; i < end; i++) {
                order[i] = rowsOfEpisode[i - start];
            }
        }
        long ties = 0;
        for (int i = start + 1; i < end; i++) {
            ties += compareTimes(order[i - 1], order[i]) == 0 ? 1 : 0;
        }
        return ties;
    }

    private int compareTimes(int a, int b) {
        double[] timeA = chunk(a).time;
        double[] timeB = chunk(b).time;
        long[] tickA = chunk(a).tick;
        long[] tickB = chunk(b).tick;
        if (timeA == null || timeB == null || tickA == null || tickB == null) {
            return 0; // no column orders the rows
        }
        int byValue = Double.compare(timeA[a & (CHUNK - 1)], timeB[b & (CHUNK - 1)]);
        return byValue != 0 ? byValue : Long.compare(tickA[a & (CHUNK - 1)], tickB[b & (CHUNK - 1)]);
    }

    /** Writes one episode's transitions from {@code to} on; where the next episode's begin. */
    private int fill(Transitions target, int to, int[] order, int start, int end) {
        int states = mapping.observation().size();
        int actions = mapping.action().size();
        boolean lastRowIsState = mapping.nextObservation().isEmpty();
        int used = end - start - (lastRowIsState ? 1 : 0);
        for (int t = 0; t < used; t++) {
            int row = order[start + t];
            int at = to + t;
            copy(row, 0, states, target.observations(), at * states);
            copy(row, states, actions, target.actions(), at * actions);
            copy(row, states + actions, 1, target.rewards(), at);
            if (lastRowIsState) {
                copy(order[start + t + 1], 0, states, target.nextObservations(), at * states);
            } else {
                copy(row, mapping.rewardIndex() + 1, states, target.nextObservations(), at * states);
            }
            if (t < used - 1) {
                checkGoesOn(row, order[start + t + 1]);
            }
        }
        if (used > 0) {
            int last = to + used - 1;
            boolean terminal = terminal(order[start + used - 1]) || terminal(order[end - 1]);
            target.terminals()[last] = terminal;
            target.timeouts()[last] = !terminal;
        }
        return to + Math.max(used, 0);
    }

    private void checkGoesOn(int row, int next) {
        if (!terminal(row) && !timeout(row)) {
            return;
        }
        String column = (terminal(row) ? mapping.terminal() : mapping.timeout()).orElseThrow();
        throw new IllegalArgumentException("the file " + cells.file() + ", " + cells.unit() + " " + place(row)
                + ", column '" + column + "': episode '" + ids.get(chunk(row).episode[row & (CHUNK - 1)])
                + "' ends there but goes on in " + cells.unit() + " " + place(next)
                + "; give each episode an id of its own, or check the order of its rows");
    }

    /** Whether a row has an action and a reward. */
    private boolean acts(int row) {
        float[] values = chunk(row).numbers;
        int start = (row & (CHUNK - 1)) * width;
        for (int i = mapping.observation().size(); i <= mapping.rewardIndex(); i++) {
            if (Float.isNaN(values[start + i])) {
                return false;
            }
        }
        return true;
    }
}
