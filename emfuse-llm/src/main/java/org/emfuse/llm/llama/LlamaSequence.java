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
    final Deque<Piece> queue = new ArrayDeque<>();
    int promptLength;
    /** The evaluated tokens, and the cell of each. */
    int[] tokens;
    int[] cells;
    int length;
    int queued;
    /** -log p of each token of the prompt but the first, in nats; empty where not wanted. */
    double[] losses = {};
    boolean lossKnown;

    LlamaSequence(SequenceId id, int slot, int promptLength) {
        this.id = id;
        this.slot = slot;
        this.promptLength = promptLength;
        this.tokens = new int[Math.max(16, promptLength)];
        this.cells = new int[tokens.length];
    }

    /** How many of the evaluated tokens can stay where the sequence is to become that of another prompt. */
    int kept(int[] prompt, boolean lossWanted) {
        int known = lossKnown ? promptLength : 0;
        int most = Math.min(length, Math.min(prompt.length, lossWanted ? known : Integer.MAX_VALUE));
        int different = Arrays.mismatch(tokens, 0, most, prompt, 0, most);
        int common = different < 0 ? most : different;
        // The row after the last token that stays is gone, and with it the next token's loss.
        return lossWanted ? Math.max(0, common - 1) : Math.min(common, prompt.length - 1);
    }

    /** The sequence is that of another prompt from now on; what was queued is not wanted any more. */
    void become(int newPromptLength, boolean lossWanted) {
        promptLength = newPromptLength;
        queue.clear();
        queued = 0;
        losses = lossWanted ? Arrays.copyOf(losses, newPromptLength) : new double[0];
        lossKnown = false;
    }

    /** Whether the prompt's loss was asked for. */
    boolean lossWanted() {
        return losses.length > 0;
    }

    /** The mean loss of the prompt's tokens from the second on, in nats. */
    double meanLoss() {
        double sum = 0;
        for (int k = 1; k < promptLength; k++) {
            sum += losses[k];
        }
        return promptLength == 1 ? 0 : sum / (promptLength - 1);
    }

    void enqueue(int[] tokens, Rows rows) {
        queue.add(new Piece(tokens, rows));
        queued += tokens.length;
    }

    /** The token is in native memory now. */
    void evaluated(int token, int cell) {
        if (length == cells.length) {
            cells = Arrays.copyOf(cells, 2 * length);
            tokens = Arrays.copyOf(tokens, 2 * length);
        }
        tokens[length] = token;
        cells[length++] = cell;
        queued--;
    }

    boolean single() {
        return queued == 1;
    }
}
