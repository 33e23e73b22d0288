package org.emfuse.llm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.emfuse.energy.Boltzmann;

/** A context of a table expert: queues and batches as an engine does, and looks the energies up. */
final class TableContext implements ExpertContext {

    /** Rows of one evaluation at most. */
    static final int MAX_ROWS = 8;

    private static final class Sequence {
        private final SequenceId id;
        private int prompt;
        private int[] tokens = new int[0];
        /** One cell per token, shared with forks. */
        private final List<Object> cells = new ArrayList<>();
        private final List<Integer> queue = new ArrayList<>();
        private final List<Boolean> wanted = new ArrayList<>();
        private boolean loss;
        private double lossSum;

        private Sequence(SequenceId id) {
            this.id = id;
        }

        private int length() {
            return tokens.length + queue.size();
        }
    }

    private final TableExpert expert;
    private final ContextSize size;
    private final Map<SequenceId, Sequence> sequences = new LinkedHashMap<>();
    private final Map<Row, int[]> ready = new LinkedHashMap<>();
    private long nextId;
    private boolean closed;

    TableContext(TableExpert expert, ContextSize size) {
        this.expert = expert;
        this.size = size;
    }

    @Override
    public Vocabulary vocabulary() {
        return expert.vocabulary();
    }

    @Override
    public int promptTokens(Prompt prompt) {
        requireOpen();
        return expert.promptTokens(prompt);
    }

    @Override
    public SequenceId start(Prompt prompt, Rows rows) {
        requireOpen();
        int[] tokens = expert.render(prompt);
        if (tokens.length == 0 || tokens.length > freeTokens()) {
            throw new IllegalArgumentException("expert " + expert.name() + ": the prompt has " + tokens.length
                    + " tokens, the context has room for " + freeTokens());
        }
        Sequence sequence = create();
        sequence.prompt = tokens.length;
        sequence.loss = rows == Rows.LOSS;
        enqueue(sequence, tokens, rows);
        return sequence.id;
    }

    @Override
    public int resume(SequenceId id, Prompt prompt, Rows rows) {
        Sequence sequence = sequence(id);
        int[] tokens = expert.render(prompt);
        int different = Arrays.mismatch(sequence.tokens, tokens);
        int kept = Math.min(different < 0 ? tokens.length : different, tokens.length - 1);
        boolean known = sequence.loss && sequence.tokens.length >= sequence.prompt;
        kept = rows != Rows.LOSS ? kept : known ? Math.max(0, Math.min(kept, sequence.prompt - 1)) : 0;
        sequence.queue.clear();
        sequence.wanted.clear();
        ready.keySet().removeIf(row -> row.sequence().equals(id));
        sequence.tokens = Arrays.copyOf(sequence.tokens, Math.max(0, kept));
        sequence.cells.subList(Math.max(0, kept), sequence.cells.size()).clear();
        if (kept < 0 || tokens.length - kept > freeTokens()) {
            release(id);
            throw new IllegalArgumentException("expert " + expert.name() + ": no room for " + tokens.length);
        }
        sequence.prompt = tokens.length;
        sequence.loss = rows == Rows.LOSS;
        sequence.lossSum = 0;
        for (int k = 1; k < kept; k++) {
            sequence.lossSum += expert.energies(Arrays.copyOf(tokens, k))[tokens[k]];
        }
        enqueue(sequence, Arrays.copyOfRange(tokens, kept, tokens.length), rows);
        return tokens.length - kept;
    }

    private Sequence create() {
        if (freeSequences() < 1) {
            throw new IllegalStateException("expert " + expert.name() + ": no sequence is free");
        }
        Sequence sequence = new Sequence(new SequenceId(nextId++));
        sequences.put(sequence.id, sequence);
        return sequence;
    }

    @Override
    public SequenceId fork(SequenceId id) {
        Sequence parent = settled(id);
        Sequence child = create();
        child.prompt = parent.prompt;
        child.tokens = parent.tokens.clone();
        child.cells.addAll(parent.cells);
        child.loss = parent.loss;
        child.lossSum = parent.lossSum;
        return child.id;
    }

    @Override
    public void append(SequenceId id, int[] tokens, Rows rows) {
        Sequence sequence = sequence(id);
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary().size()) {
                throw new IllegalArgumentException("token " + token + " is not in the vocabulary");
            }
        }
        if (tokens.length == 0 || rows == Rows.LOSS || tokens.length > freeTokens(id)) {
            throw new IllegalArgumentException("no room, or nothing to append: " + tokens.length + " tokens");
        }
        enqueue(sequence, tokens, rows);
    }

    private static void enqueue(Sequence sequence, int[] tokens, Rows rows) {
        for (int k = 0; k < tokens.length; k++) {
            sequence.queue.add(tokens[k]);
            sequence.wanted.add(rows == Rows.ALL || (rows != Rows.NONE && k == tokens.length - 1));
        }
    }

    @Override
    public boolean evaluate() {
        requireOpen();
        ready.clear();
        if (expert.failing) {
            throw new IllegalStateException("told to fail");
        }
        List<Sequence> order = new ArrayList<>();
        sequences.values().stream().filter(s -> s.queue.size() == 1).forEach(order::add);
        sequences.values().stream().filter(s -> s.queue.size() > 1).forEach(order::add);
        if (order.isEmpty()) {
            return false;
        }
        expert.evaluations.incrementAndGet();
        int batch = 0;
        for (Sequence sequence : order) {
            while (!sequence.queue.isEmpty() && batch < size.batch() && ready.size() < MAX_ROWS) {
                batch++;
                step(sequence);
            }
        }
        return sequences.values().stream().anyMatch(s -> !s.queue.isEmpty());
    }

    private void step(Sequence sequence) {
        int token = sequence.queue.removeFirst();
        if (sequence.loss && sequence.tokens.length > 0 && sequence.tokens.length < sequence.prompt) {
            sequence.lossSum += expert.energies(sequence.tokens)[token];
        }
        sequence.tokens = Arrays.copyOf(sequence.tokens, sequence.tokens.length + 1);
        sequence.tokens[sequence.tokens.length - 1] = token;
        sequence.cells.add(new Object());
        if (sequence.wanted.removeFirst()) {
            ready.put(new Row(sequence.id, sequence.tokens.length - sequence.prompt), sequence.tokens);
        }
    }

    @Override
    public List<Row> rows() {
        requireOpen();
        return List.copyOf(ready.keySet());
    }

    @Override
    public void energies(Row row, float[] out) {
        requireOpen();
        int[] tokens = ready.get(row);
        if (tokens == null || out.length > vocabulary().size()) {
            throw new IllegalArgumentException("expert " + expert.name() + ": " + row + " is not ready");
        }
        float[] energies = expert.energies(tokens);
        System.arraycopy(energies, 0, out, 0, out.length);
        Boltzmann.normalize(out);
    }

    @Override
    public Explanation explain(Row row, int token, int alternatives) {
        float[] energies = new float[vocabulary().size()];
        energies(row, energies);
        return Explanation.single(expert.name(), vocabulary(), energies, token, alternatives);
    }

    @Override
    public double promptLoss(SequenceId id) {
        Sequence sequence = sequence(id);
        if (!sequence.loss || sequence.tokens.length < sequence.prompt) {
            throw new IllegalStateException("the prompt loss is not known");
        }
        return sequence.prompt == 1 ? 0 : sequence.lossSum / (sequence.prompt - 1);
    }

    @Override
    public int length(SequenceId id) {
        return sequence(id).length();
    }

    @Override
    public int generated(SequenceId id) {
        return sequence(id).length() - sequence(id).prompt;
    }

    @Override
    public void rewind(SequenceId id, int generated) {
        Sequence sequence = settled(id);
        if (generated < 0 || sequence.prompt + generated > sequence.tokens.length) {
            throw new IllegalArgumentException("cannot keep " + generated + " tokens after the prompt");
        }
        sequence.tokens = Arrays.copyOf(sequence.tokens, sequence.prompt + generated);
        sequence.cells.subList(sequence.prompt + generated, sequence.cells.size()).clear();
    }

    @Override
    public void release(SequenceId id) {
        sequence(id);
        sequences.remove(id);
        ready.keySet().removeIf(row -> row.sequence().equals(id));
    }

    @Override
    public int freeTokens() {
        requireOpen();
        Set<Object> used = Collections.newSetFromMap(new IdentityHashMap<>());
        sequences.values().forEach(sequence -> used.addAll(sequence.cells));
        return size.tokens() - used.size() - sequences.values().stream().mapToInt(s -> s.queue.size()).sum();
    }

    @Override
    public int trainedTokens() {
        return Integer.MAX_VALUE;
    }

    @Override
    public int freeTokens(SequenceId id) {
        sequence(id);
        return freeTokens();
    }

    @Override
    public int freeSequences() {
        requireOpen();
        return size.sequences() - sequences.size();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            expert.open.decrementAndGet();
        }
    }

    private Sequence settled(SequenceId id) {
        Sequence sequence = sequence(id);
        if (!sequence.queue.isEmpty()) {
            throw new IllegalStateException("expert " + expert.name() + ": " + id + " has queued tokens");
        }
        return sequence;
    }

    private Sequence sequence(SequenceId id) {
        requireOpen();
        Sequence sequence = sequences.get(id);
        if (sequence == null) {
            throw new IllegalArgumentException("expert " + expert.name() + ": " + id + " was released");
        }
        return sequence;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the context of expert " + expert.name() + " was closed");
        }
    }
}
