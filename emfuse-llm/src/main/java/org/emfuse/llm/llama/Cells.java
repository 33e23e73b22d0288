package org.emfuse.llm.llama;

import java.util.Arrays;

/**
 * The engine's memory cells, counted in Java so that a full memory is refused before native code meets it. A cell holds
 * one token of one or, after a fork, of several sequences.
 */
final class Cells {

    private final int[] users;
    private int free;
    private int next;

    Cells(int count) {
        users = new int[count];
        free = count;
    }

    /** Cells that nobody uses. */
    int free() {
        return free;
    }

    /** Takes a cell; there must be one. */
    int take() {
        while (users[next] > 0) {
            next = (next + 1) % users.length;
        }
        users[next] = 1;
        free--;
        return next;
    }

    /** One more sequence uses the cells. */
    void share(int[] cells, int length) {
        for (int k = 0; k < length; k++) {
            users[cells[k]]++;
        }
    }

    /** One sequence less uses the cells from {@code from} to {@code to}. */
    void drop(int[] cells, int from, int to) {
        for (int k = from; k < to; k++) {
            if (--users[cells[k]] == 0) {
                free++;
            }
        }
    }

    @Override
    public String toString() {
        return free + " of " + users.length + " cells free, " + Arrays.stream(users).max().orElse(0)
                + " sharers at most";
    }
}
