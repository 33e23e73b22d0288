package org.emfuse.llm.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.emfuse.energy.Boltzmann;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ContextTooSmallException;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Explanation;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.Vocabulary;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.llama.ffi.LlamaLibrary;
import org.emfuse.llm.llama.ffi.NativeBatch;

/** One native context: a memory of cells that its sequences share, and one batch that is filled anew for every step. */
final class LlamaContext implements ExpertContext {

    /** Rows of one step at most; each takes a float per token of the vocabulary in native memory. */
    static final int MAX_ROWS = 128;

    /** The engine rounds the room of a context up to a multiple of this. */
    private static final int ROUNDING = 256;

    /** One defragmentation moves a limited number of cells; many layers want several. */
    private static final int DEFRAGMENTATIONS = 16;

    private final LlamaExpert expert;
    private final LlamaModel model;
    private final LlamaLibrary library;
    private final MemorySegment context;
    private final Arena arena = Arena.ofShared();
    private final NativeBatch batch;
    /** The row that the loss of a prompt token is read from; made when a loss is first asked for. */
    private float[] lossRow = new float[0];
    private final Vocabulary vocabulary;
    private final int sequenceLimit;
    private final Cells cells;
    private final TreeSet<Integer> freeSlots = new TreeSet<>();
    private final Map<SequenceId, LlamaSequence> sequences = new LinkedHashMap<>();
    /** Sequences with queued tokens, in order of arrival. */
    private final Map<SequenceId, LlamaSequence> waiting = new LinkedHashMap<>();
    /** Rows of the last step, each with its index in the native batch. */
    private final Map<Row, Integer> ready = new LinkedHashMap<>();
    private long nextId;
    private boolean closed;

    LlamaContext(LlamaExpert expert, ContextSize size) {
        this.expert = expert;
        this.model = expert.model();
        this.library = model.engine().library();
        this.vocabulary = model.vocabulary();
        boolean shared = library.sharesCells();
        int wanted = (size.tokens() + ROUNDING - 1) / ROUNDING * ROUNDING;
        int room = shared ? wanted : Math.multiplyExact(wanted, size.sequences());
        int step = Math.min(size.batch(), LlamaLibrary.LARGEST_BATCH);
        // Cells that are never handed out: defragmenting wants room for a whole batch after the used cells.
        int spare = library.needsStretches() ? step : 0;
        context = model.openContext(room + spare, size.batch(), size.sequences(), size.threads());
        if (context.address() == 0) {
            arena.close();
            throw new LlamaException(message("a context of " + size.tokens() + " tokens and " + size.sequences()
                    + " sequences could not be opened; ask for less") + ":\n  " + library.recentLog(), null);
        }
        try {
            // Read back what there really is: the engine may give another size than was asked for.
            int got = library.contextTokens(context) - spare;
            int given = Math.min(library.sequenceTokens(context), got);
            if (shared && given < Math.min(wanted, got)) {
                throw new LlamaException(message("the engine divides the context between sequences (" + given
                        + " of " + got + " tokens each) although it was told not to; use --engine embedded"), null);
            }
            if (given < size.tokens()) {
                throw new LlamaException(message("asked for a context of " + size.tokens() + " tokens, the engine gave "
                        + given), null);
            }
            sequenceLimit = size.tokens(); // the engine rounds up
            cells = new Cells(got);
            MemorySegment adapter = expert.adapter();
            if (adapter != null && library.setAdapter(context, adapter, 1) != 0) {
                throw new LlamaException(message("the adapter could not be put into use"), null);
            }
        } catch (LlamaException e) {
            arena.close();
            model.freeContext(context);
            throw e;
        }
        // One piece each: an older engine that fails in a later piece takes the earlier ones back wrongly.
        batch = new NativeBatch(arena, step);
        for (int slot = 0; slot < size.sequences(); slot++) {
            freeSlots.add(slot);
        }
    }

    private String message(String what) {
        return "expert " + expert.name() + ": " + what;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int promptTokens(Prompt prompt) {
        requireOpen();
        return expert.promptTokens(prompt);
    }

    @Override
    public SequenceId start(Prompt prompt, Rows rows) {
        requireOpen();
        int[] tokens = model.render(prompt, expert.system());
        requireFits(tokens, freeTokens());
        LlamaSequence sequence = new LlamaSequence(newId(), takeSlot(), tokens.length);
        sequence.become(tokens.length, rows == Rows.LOSS);
        sequences.put(sequence.id, sequence);
        enqueue(sequence, tokens, rows);
        return sequence.id;
    }

    private void requireFits(int[] prompt, int room) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException(message("the prompt renders to no token"));
        }
        if (prompt.length > room) {
            throw new ContextTooSmallException(message("the prompt has " + prompt.length
                    + " tokens, the context has room for " + room), prompt.length, trainedTokens());
        }
    }

    @Override
    public int trainedTokens() {
        return model.trainedContext();
    }

    @Override
    public int resume(SequenceId id, Prompt prompt, Rows rows) {
        LlamaSequence sequence = sequence(id);
        try {
            int[] tokens = model.render(prompt, expert.system());
            boolean loss = rows == Rows.LOSS;
            waiting.remove(id);
            ready.keySet().removeIf(row -> row.sequence().equals(id));
            int kept = cut(sequence, tokens.length == 0 ? 0 : sequence.kept(tokens, loss));
            sequence.become(tokens.length, loss);
            requireFits(tokens, Math.min(sequenceLimit, kept + cells.free() - queuedInAll()));
            enqueue(sequence, Arrays.copyOfRange(tokens, kept, tokens.length), rows);
            return tokens.length - kept;
        } catch (RuntimeException e) {
            release(id);
            throw e;
        }
    }

    /** Drops all but the first tokens; all of them where the model's memory cannot drop a part. Returns what is left. */
    private int cut(LlamaSequence sequence, int wanted) {
        int kept = library.removeFrom(context, sequence.slot, wanted) ? wanted : 0;
        if (kept == 0) {
            library.removeFrom(context, sequence.slot, 0);
            clearIfAlone(sequence);
        }
        cells.drop(sequence.cells, kept, sequence.length);
        sequence.length = kept;
        return kept;
    }

    /** Where tokens lie decides how sums are rounded: what comes next must not depend on what was before. */
    private void clearIfAlone(LlamaSequence sequence) {
        if (sequences.values().stream().allMatch(other -> other == sequence)) {
            library.clear(context);
        }
    }

    @Override
    public SequenceId fork(SequenceId id) {
        LlamaSequence parent = settled(id, "forked");
        LlamaSequence child = new LlamaSequence(newId(), takeSlot(), parent.promptLength);
        library.copySequence(context, parent.slot, child.slot);
        child.cells = parent.cells.clone();
        child.tokens = parent.tokens.clone();
        child.length = parent.length;
        child.losses = parent.losses.clone();
        child.lossKnown = parent.lossKnown;
        cells.share(child.cells, child.length);
        sequences.put(child.id, child);
        return child.id;
    }

    @Override
    public void append(SequenceId id, int[] tokens, Rows rows) {
        LlamaSequence sequence = sequence(id);
        if (tokens.length == 0 || rows == Rows.LOSS) {
            throw new IllegalArgumentException(
                    message("expected at least one token to append, and rows LAST, ALL or NONE;"
                            + " found " + tokens.length + " tokens and " + rows));
        }
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary.size()) {
                throw new IllegalArgumentException(
                        message("token " + token + " is not in [0, " + vocabulary.size() + ")"));
            }
        }
        if (tokens.length > freeTokens(id)) {
            throw new IllegalArgumentException(
                    message("no room for " + tokens.length + " more tokens, " + freeTokens(id)
                            + " are free of " + sequenceLimit));
        }
        enqueue(sequence, tokens.clone(), rows);
    }

    private void enqueue(LlamaSequence sequence, int[] tokens, Rows rows) {
        sequence.enqueue(tokens, rows);
        waiting.putIfAbsent(sequence.id, sequence);
    }

    @Override
    public boolean evaluate() {
        requireOpen();
        ready.clear();
        if (waiting.isEmpty()) {
            return false;
        }
        fillBatch();
        int code = decode();
        if (code != 0) {
            throw new LlamaException(message("evaluating " + batch.size() + " tokens failed with code " + code + " ("
                    + meaning(code) + "); " + cells + "\n  " + library.recentLog()), null);
        }
        for (Loss loss : losses) {
            read(loss.index(), lossRow());
            loss.sequence().losses[loss.position()] = lossRow[loss.target()];
        }
        for (LlamaSequence sequence : finishedLosses) {
            sequence.lossKnown = true;
        }
        return !waiting.isEmpty();
    }

    /** Decodes; where the free cells lie too scattered for the batch, moves them together and tries again. */
    private int decode() {
        int code = library.decode(context, batch);
        for (int tries = 0; noRoom(code) && tries < DEFRAGMENTATIONS && library.defragment(context); tries++) {
            code = library.decode(context, batch);
        }
        return code;
    }

    private static boolean noRoom(int code) {
        return code == 1 || code == -3;
    }

    private static String meaning(int code) {
        return switch (code) {
            case 1, -3 -> "no room in the memory";
            case 2 -> "aborted";
            case -1 -> "invalid batch";
            default -> "fatal";
        };
    }

    /** The loss of one prompt token: the row at {@code index} of the batch should have foreseen {@code target}. */
    private record Loss(LlamaSequence sequence, int index, int position, int target) {}

    private final List<Loss> losses = new ArrayList<>();
    private final List<LlamaSequence> finishedLosses = new ArrayList<>();

    /** Single tokens first, then pieces in order of arrival, as far as batch and rows go. */
    private void fillBatch() {
        batch.clear();
        losses.clear();
        finishedLosses.clear();
        int rows = 0;
        List<LlamaSequence> order = new ArrayList<>(waiting.size());
        waiting.values().stream().filter(LlamaSequence::single).forEach(order::add);
        waiting.values().stream().filter(s -> !s.single()).forEach(order::add);
        for (LlamaSequence sequence : order) {
            while (!sequence.queue.isEmpty() && batch.free() > 0 && rows < MAX_ROWS) {
                rows += addPiece(sequence, sequence.queue.getFirst(), MAX_ROWS - rows);
            }
            if (sequence.queue.isEmpty()) {
                waiting.remove(sequence.id);
            }
        }
    }

    /** Adds as much of a piece as fits; returns the rows that it takes. */
    private int addPiece(LlamaSequence sequence, LlamaSequence.Piece piece, int rowsLeft) {
        int rows = 0;
        while (piece.left() > 0 && batch.free() > 0 && rows < rowsLeft) {
            int at = piece.from++;
            boolean row = piece.wants(at);
            int index = batch.add(piece.tokens[at], sequence.length, sequence.slot, row);
            sequence.evaluated(piece.tokens[at], cells.take());
            if (row) {
                rows++;
                boolean last = piece.left() == 0;
                if (piece.rows == Rows.LOSS && !last) {
                    losses.add(new Loss(sequence, index, sequence.length, piece.tokens[at + 1]));
                } else {
                    ready.put(new Row(sequence.id, sequence.length - sequence.promptLength), index);
                }
                if (piece.rows == Rows.LOSS && last) {
                    finishedLosses.add(sequence);
                }
            }
        }
        if (piece.left() == 0) {
            sequence.queue.removeFirst();
        }
        return rows;
    }

    private float[] lossRow() {
        if (lossRow.length == 0) {
            lossRow = new float[vocabulary.size()];
        }
        return lossRow;
    }

    /** One pass from the engine's memory to energies. */
    private void read(int index, float[] out) {
        Boltzmann.energies(library.logits(context, index, vocabulary.size()), expert.temperature(), out);
    }

    @Override
    public List<Row> rows() {
        requireOpen();
        return Collections.unmodifiableList(new ArrayList<>(ready.keySet()));
    }

    @Override
    public void energies(Row row, float[] out) {
        requireOpen();
        Integer index = ready.get(row);
        if (index == null) {
            throw new IllegalArgumentException(message(row + " is not ready; ready are " + ready.keySet()));
        }
        if (out.length > vocabulary.size()) {
            throw new IllegalArgumentException(
                    message("a row has " + vocabulary.size() + " tokens, asked for " + out.length));
        }
        read(index, out);
    }

    @Override
    public Explanation explain(Row row, int token, int alternatives) {
        float[] energies = new float[vocabulary.size()];
        energies(row, energies);
        return Explanation.single(expert.name(), vocabulary, energies, token, alternatives);
    }

    @Override
    public double promptLoss(SequenceId id) {
        LlamaSequence sequence = sequence(id);
        if (!sequence.lossWanted() || !sequence.lossKnown) {
            throw new IllegalStateException(message("the prompt loss of " + id
                    + " is not known: start with Rows.LOSS and evaluate"));
        }
        return sequence.meanLoss();
    }

    @Override
    public int length(SequenceId id) {
        LlamaSequence sequence = sequence(id);
        return sequence.length + sequence.queued;
    }

    @Override
    public int generated(SequenceId id) {
        return length(id) - sequence(id).promptLength;
    }

    @Override
    public void rewind(SequenceId id, int generated) {
        LlamaSequence sequence = settled(id, "rewound");
        int length = sequence.promptLength + generated;
        if (generated < 0 || length > sequence.length) {
            throw new IllegalArgumentException(
                    message("expected 0 to " + generated(id) + " tokens to keep after the prompt,"
                            + " found " + generated));
        }
        if (length < sequence.length) {
            if (!library.removeFrom(context, sequence.slot, length)) {
                throw new LlamaException(message("this model's memory cannot be rewound"), null);
            }
            cells.drop(sequence.cells, length, sequence.length);
            sequence.length = length;
        }
    }

    @Override
    public void release(SequenceId id) {
        LlamaSequence sequence = sequence(id);
        library.removeFrom(context, sequence.slot, 0);
        cells.drop(sequence.cells, 0, sequence.length);
        sequences.remove(id);
        waiting.remove(id);
        ready.keySet().removeIf(row -> row.sequence().equals(id));
        freeSlots.add(sequence.slot);
        clearIfAlone(sequence);
    }

    private int queuedInAll() {
        return waiting.values().stream().mapToInt(s -> s.queued).sum();
    }

    @Override
    public int freeTokens() {
        requireOpen();
        return Math.min(sequenceLimit, cells.free() - queuedInAll());
    }

    @Override
    public int freeTokens(SequenceId id) {
        return Math.min(sequenceLimit - length(id), cells.free() - queuedInAll());
    }

    @Override
    public int freeSequences() {
        requireOpen();
        return freeSlots.size();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.freeContext(context);
            arena.close();
            expert.contextClosed();
        }
    }

    private SequenceId newId() {
        return new SequenceId(nextId++);
    }

    private int takeSlot() {
        Integer slot = freeSlots.pollFirst();
        if (slot == null) {
            throw new IllegalStateException(message("all " + sequences.size() + " sequences are in use"));
        }
        return slot;
    }

    private LlamaSequence sequence(SequenceId id) {
        requireOpen();
        LlamaSequence sequence = sequences.get(id);
        if (sequence == null) {
            throw new IllegalArgumentException(message(id + " was released or never started"));
        }
        return sequence;
    }

    private LlamaSequence settled(SequenceId id, String verb) {
        LlamaSequence sequence = sequence(id);
        if (sequence.queued > 0) {
            throw new IllegalStateException(
                    message(id + " has " + sequence.queued + " queued tokens; evaluate them before"
                            + " the sequence is " + verb));
        }
        return sequence;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(message("the context was closed"));
        }
    }
}
