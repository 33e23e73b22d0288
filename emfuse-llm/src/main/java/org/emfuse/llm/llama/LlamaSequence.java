package org.emfuse.llm.llama;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;

/** One sequence of a context: its place in native memory, its cells, and what is queued. */
final class LlamaSequence {

    /** Tokens that were queued together; {@code from} on are not evaluated yet. */
    static final class Piece {
        final int[] tokens;
        final Rows rows;
        int from;

        Piece(int[] tokens, Rows rows) {
            this.tokens = tokens;
            this.rows = rows;
        }

        int left() {
            return tokens.length - from;
        }

        /** Whether the logits after token {@code index} are needed. */
        boolean wants(int index) {
            boolean last = index == tokens.length - 1;
            return switch (rows) {
                case LAST -> last;
                case ALL, LOSS -> true;
                case NONE -> false;
            };
        }
    }

    final SequenceId id;
    final int slot;
    final int promptLength;
    final Deque<Piece> queue = new ArrayDeque<>();
    int[] cells;
    int length;
    int queued;
    double lossSum;
    boolean lossWanted;
    boolean lossKnown;

    LlamaSequence(SequenceId id, int slot, int promptLength) {
        this.id = id;
        this.slot = slot;
        this.promptLength = promptLength;
        this.cells = new int[Math.max(16, promptLength)];
    }

    void enqueue(int[] tokens, Rows rows) {
        queue.add(new Piece(tokens, rows));
        queued += tokens.length;
    }

    /** The token is in native memory now. */
    void evaluated(int cell) {
        if (length == cells.length) {
            cells = Arrays.copyOf(cells, 2 * length);
        }
        cells[length++] = cell;
        queued--;
    }

    boolean single() {
        return queued == 1;
    }
}
