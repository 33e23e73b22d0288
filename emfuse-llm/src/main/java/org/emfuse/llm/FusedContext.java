package org.emfuse.llm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.InvalidEnergiesException;
import org.emfuse.fusion.FusedRow;
import org.emfuse.fusion.FusedStep;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;
import org.jspecify.annotations.Nullable;

/**
 * The members' contexts in lockstep. A step evaluates all members at once; a row is handed out when every member has it.
 * Members are evaluated once, whatever number of rules is then applied to their rows with {@link #fuse}.
 *
 * <p>Rows before the prompt's last one are not handed out: members may render a prompt differently, so they would not mean
 * the same.
 */
public final class FusedContext implements ExpertContext {

    /** Rows that a member may be ahead of the others before it has to wait. */
    private static final int BUFFERED_ROWS = 64;

    private final FusedExpert expert;
    private final List<ExpertContext> members;
    private final Lockstep lockstep;
    private final Vocabulary vocabulary;
    private FusionRule rule;
    private Weighting weighting;
    private final Map<SequenceId, FusedSequence> sequences = new LinkedHashMap<>();
    /** Per member, its sequences to ours. */
    private final List<Map<SequenceId, FusedSequence>> owners = new ArrayList<>();
    /** Rows that not all members have: per member the copied energies, null where it has not come yet. */
    private final Map<Row, float[] @Nullable []> early = new LinkedHashMap<>();
    /** Rows of the last step; a null entry is read from the member itself. */
    private final Map<Row, float[] @Nullable []> ready = new LinkedHashMap<>();
    private final int[] buffered;
    private final boolean[] more;

    private @Nullable Row held;
    private final List<float[]> heldRows = new ArrayList<>();
    private long nextId;
    private boolean closed;

    FusedContext(FusedExpert expert, List<ExpertContext> members, boolean atOnce) {
        this.expert = expert;
        this.members = List.copyOf(members);
        this.vocabulary = expert.vocabulary();
        this.rule = expert.rule();
        this.weighting = expert.weighting();
        this.lockstep = new Lockstep(expert.members().stream().map(Expert::name).toList(), atOnce);
        this.buffered = new int[members.size()];
        this.more = new boolean[members.size()];
        for (int i = 0; i < members.size(); i++) {
            owners.add(new HashMap<>());
            heldRows.add(new float[vocabulary.size()]);
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The number of members. */
    public int memberCount() {
        return members.size();
    }

    /** The name of a member. */
    public String memberName(int member) {
        return expert.members().get(member).name();
    }

    /**
     * Fuses by another rule and weighting from now on, in place of the expert's; nothing is evaluated anew.
     *
     * @param newWeighting where it needs prompt losses, sequences that were started without them are to be resumed first
     * @throws IllegalArgumentException if the weighting does not fit the members
     */
    public void fuseBy(FusionRule newRule, Weighting newWeighting) {
        requireOpen();
        FusedExpert.requireFits(expert.name(), expert.members(), newWeighting);
        rule = newRule;
        weighting = newWeighting;
    }

    @Override
    public int promptTokens(Prompt prompt) {
        requireOpen();
        return expert.promptTokens(prompt);
    }

    @Override
    public SequenceId start(Prompt prompt, Rows rows) {
        requireOpen();
        boolean loss = lossWanted(rows);
        SequenceId[] started = new SequenceId[members.size()];
        for (int i = 0; i < started.length; i++) {
            try {
                started[i] = members.get(i).start(prompt, loss ? Rows.LOSS : rows);
            } catch (RuntimeException e) {
                for (int k = 0; k < i; k++) {
                    members.get(k).release(started[k]);
                }
                throw e;
            }
        }
        return register(new FusedSequence(new SequenceId(nextId++), started, loss, rows == Rows.NONE)).id;
    }

    private boolean lossWanted(Rows rows) {
        boolean loss = rows == Rows.LOSS || weighting.needsPromptLosses();
        if (loss) {
            FusedExpert.requireSingle(expert.name(), expert.members());
        }
        return loss;
    }

    @Override
    public int resume(SequenceId id, Prompt prompt, Rows rows) {
        FusedSequence sequence = sequence(id);
        forgetRows(id);
        int most = 0;
        for (int i = 0; i < members.size(); i++) {
            try {
                most = Math.max(most,
                        members.get(i).resume(sequence.members[i], prompt, lossWanted(rows) ? Rows.LOSS : rows));
            } catch (RuntimeException e) {
                release(sequence, i);
                throw e;
            }
        }
        sequence.become(lossWanted(rows), rows == Rows.NONE);
        Arrays.fill(more, true);
        return most;
    }

    private FusedSequence register(FusedSequence sequence) {
        sequences.put(sequence.id, sequence);
        for (int i = 0; i < members.size(); i++) {
            owners.get(i).put(sequence.members[i], sequence);
        }
        Arrays.fill(more, true);
        return sequence;
    }

    @Override
    public SequenceId fork(SequenceId id) {
        FusedSequence parent = sequence(id);
        SequenceId[] children = new SequenceId[members.size()];
        for (int i = 0; i < children.length; i++) {
            children[i] = members.get(i).fork(parent.members[i]);
        }
        return register(parent.fork(new SequenceId(nextId++), children)).id;
    }

    @Override
    public void append(SequenceId id, int[] tokens, Rows rows) {
        FusedSequence sequence = sequence(id);
        for (int token : tokens) {
            if (token < 0 || token >= vocabulary.size()) {
                throw new IllegalArgumentException(
                        "expert " + expert.name() + ": token " + token + " is not in [0, " + vocabulary.size() + ")");
            }
        }
        if (tokens.length > freeTokens(id)) {
            throw new IllegalArgumentException("expert " + expert.name() + ": no room for " + tokens.length
                    + " more tokens, " + freeTokens(id) + " are free");
        }
        for (int i = 0; i < members.size(); i++) {
            members.get(i).append(sequence.members[i], tokens, rows);
        }
        Arrays.fill(more, true);
    }

    @Override
    public boolean evaluate() {
        requireOpen();
        held = null;
        ready.clear();
        boolean[] left = lockstep.run(i -> buffered[i] >= BUFFERED_ROWS ? more[i] : members.get(i).evaluate());
        boolean any = false;
        for (int i = 0; i < left.length; i++) {
            boolean waited = buffered[i] >= BUFFERED_ROWS;
            more[i] = left[i];
            any |= left[i];
            if (!waited) {
                take(i);
            }
        }
        keepEarlyRows();
        readLosses();
        ready.keySet().removeIf(row -> row.index() == 0 && sequence(row.sequence()).promptRowUnwanted);
        return any || !early.isEmpty();
    }

    /** The rows that a member has just made ready. */
    private final List<Set<Row>> arrived = new ArrayList<>();

    private void take(int member) {
        while (arrived.size() <= member) {
            arrived.add(new LinkedHashSet<>());
        }
        for (Row row : members.get(member).rows()) {
            FusedSequence owner = owners.get(member).get(row.sequence());
            if (owner != null && row.index() >= 0) {
                arrived.get(member).add(new Row(owner.id, row.index()));
            }
        }
    }

    /** Hands out what all members have, and copies what only some have. */
    private void keepEarlyRows() {
        Set<Row> rows = new LinkedHashSet<>(early.keySet());
        arrived.forEach(rows::addAll);
        for (Row row : rows) {
            float[][] copies = early.getOrDefault(row, new float[members.size()][]);
            boolean complete = true;
            for (int i = 0; i < members.size(); i++) {
                complete &= copies[i] != null || arrived(i, row);
            }
            if (complete) {
                early.remove(row);
                ready.put(row, copies);
                for (int i = 0; i < members.size(); i++) {
                    buffered[i] -= copies[i] != null ? 1 : 0;
                }
            } else {
                early.put(row, copies);
                copyArrived(row, copies);
            }
        }
        arrived.forEach(Set::clear);
    }

    private void copyArrived(Row row, float[][] copies) {
        for (int i = 0; i < members.size(); i++) {
            if (copies[i] == null && arrived(i, row)) {
                copies[i] = new float[vocabulary.size()];
                read(i, memberRow(row, i), copies[i]);
                buffered[i]++;
            }
        }
    }

    private boolean arrived(int member, Row row) {
        return member < arrived.size() && arrived.get(member).contains(row);
    }

    private Row memberRow(Row row, int member) {
        return new Row(sequence(row.sequence()).members[member], row.index());
    }

    /** Members know the loss of a prompt when its last row has come; it is read once. */
    private void readLosses() {
        for (Row row : ready.keySet()) {
            FusedSequence sequence = sequence(row.sequence());
            if (row.index() == 0 && sequence.lossWanted && sequence.promptLosses == null) {
                double[] losses = new double[members.size()];
                for (int i = 0; i < losses.length; i++) {
                    losses[i] = members.get(i).promptLoss(sequence.members[i]);
                }
                sequence.promptLosses = losses;
            }
        }
    }

    @Override
    public List<Row> rows() {
        requireOpen();
        return List.copyOf(ready.keySet());
    }

    /** {@inheritDoc} Under the expert's own rule and weighting. */
    @Override
    public void energies(Row row, float[] out) {
        fuse(row, weighting, rule, out);
    }

    /** The row of one member; as {@link #energies(Row, float[])}. NaN where the member has no valid energies. */
    public void energies(Row row, int member, float[] out) {
        float[] copy = requireReady(row)[member];
        if (copy == null) {
            read(member, memberRow(row, member), out);
            return;
        }
        System.arraycopy(copy, 0, out, 0, out.length);
        if (out.length < copy.length && !Float.isNaN(copy[0])) {
            Boltzmann.normalize(out);
        }
    }

    /** A member without valid energies is a row of NaN: whether that is an error is for the weighting to say. */
    private void read(int member, Row row, float[] out) {
        try {
            members.get(member).energies(row, out);
        } catch (InvalidEnergiesException e) {
            Arrays.fill(out, Float.NaN);
        }
    }

    /** Refuses λ > 0 for a member without valid energies; {@link Weighting.Dropping} gives it 0. */
    private void requireSound(Row row, ExpertWeights weights, List<float[]> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (weights.lambda(i) > 0 && Float.isNaN(rows.get(i)[0])) {
                throw new InvalidEnergiesException("expert " + memberName(i) + " has no valid energies at token "
                        + row.index() + " after the prompt: its logits are NaN or infinite. Is its file damaged?");
            }
        }
    }

    /**
     * The members' rows at a position, read once however often they are used.
     *
     * @return one row per member over the common vocabulary, owned by the context, valid until another row is read
     */
    public List<float[]> memberRows(Row row) {
        requireReady(row);
        if (!row.equals(held)) {
            for (int i = 0; i < members.size(); i++) {
                energies(row, i, heldRows.get(i));
            }
            held = row;
        }
        return heldRows;
    }

    /** λ at a row under a weighting: that of the sequence, or one that the row itself decides. */
    public ExpertWeights weights(Row row, Weighting weighting) {
        ExpertWeights ofSequence = sequence(row.sequence()).weights(weighting);
        return weighting.forRow(ofSequence, memberRows(row));
    }

    /**
     * Fuses a row under any rule and weighting, without evaluating anything anew. The rule's state is kept per sequence,
     * so rows of a sequence are to be fused in order.
     *
     * @param out receives normalised energies; cut to its length
     */
    public FusedRow fuse(Row row, Weighting weighting, FusionRule rule, float[] out) {
        FusedSequence sequence = sequence(row.sequence());
        List<float[]> rows = memberRows(row);
        if (out.length > vocabulary.size()) {
            throw new IllegalArgumentException("expert " + expert.name() + ": a row has " + vocabulary.size()
                    + " tokens, asked for " + out.length);
        }
        ExpertWeights weights = weighting.forRow(sequence.weights(weighting), rows);
        requireSound(row, weights, rows);
        if (out.length < vocabulary.size()) {
            rows = rows.stream().map(full -> {
                float[] part = Arrays.copyOf(full, out.length);
                if (!Float.isNaN(part[0])) {
                    Boltzmann.normalize(part);
                }
                return part;
            }).toList();
        }
        FusedRow fused = rule.apply(rows, weights, sequence.before(rule, row.index()), out);
        sequence.after(rule, row.index(), fused.state());
        return fused;
    }

    /** The diagnostics of a row under a weighting; {@code chosen} is recorded in them. */
    public FusedStep diagnose(Row row, Weighting weighting, int chosen) {
        return FusedStep.of(memberRows(row), weights(row, weighting), chosen);
    }

    @Override
    public Explanation explain(Row row, int token, int alternatives) {
        float[] fused = new float[vocabulary.size()];
        int chosen = fuse(row, weighting, rule, fused).chosen();
        FusedStep step = diagnose(row, weighting, chosen);
        List<float[]> rows = memberRows(row);
        List<Explanation.Term> terms = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            double lambda = step.weights().lambda(i);
            double energy = rows.get(i)[token];
            terms.add(new Explanation.Term(memberName(i), lambda, energy, lambda == 0 ? 0 : lambda * energy));
        }
        return new Explanation(token, vocabulary.label(token), rule.name(), List.copyOf(terms), step.logZ(),
                fused[token], chosen, chosen >= 0 ? chosen : driver(step.weights(), rows, fused, token),
                Explanation.alternatives(vocabulary, fused, token, alternatives));
    }

    /** argmax_i λ_i (E_i(y₂) - E_i(y)), -1 where the two largest are too close to call. */
    private static int driver(ExpertWeights weights, List<float[]> rows, float[] fused, int token) {
        int[] best = Boltzmann.lowest(fused, 2);
        int other = best[0] != token ? best[0] : best[best.length - 1];
        int driver = -1;
        double first = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < rows.size(); i++) {
            double lambda = weights.lambda(i);
            double push = lambda == 0 ? Double.NEGATIVE_INFINITY : lambda * (rows.get(i)[other] - rows.get(i)[token]);
            if (push > first) {
                second = first;
                first = push;
                driver = i;
            } else {
                second = Math.max(second, push);
            }
        }
        return first - second < Explanation.NEUTRAL ? -1 : driver;
    }

    /** The members' prompt losses of a sequence, in nats per token; null if it was not started with them. */
    public double @Nullable [] promptLosses(SequenceId id) {
        double[] losses = sequence(id).promptLosses;
        return losses == null ? null : losses.clone();
    }

    /**
     * Not available: the loss of a fused prompt would need every prompt row of members that may render it differently.
     *
     * @throws IllegalStateException always
     */
    @Override
    public double promptLoss(SequenceId sequence) {
        throw new IllegalStateException(
                "the fused expert " + expert.name() + " has no prompt loss of its own; give prompt"
                        + " weights to an expert whose members are single models");
    }

    @Override
    public int length(SequenceId id) {
        FusedSequence sequence = sequence(id);
        int longest = 0;
        for (int i = 0; i < members.size(); i++) {
            longest = Math.max(longest, members.get(i).length(sequence.members[i]));
        }
        return longest;
    }

    @Override
    public int generated(SequenceId id) {
        return members.getFirst().generated(sequence(id).members[0]);
    }

    @Override
    public void rewind(SequenceId id, int generated) {
        FusedSequence sequence = sequence(id);
        for (int i = 0; i < members.size(); i++) {
            members.get(i).rewind(sequence.members[i], generated);
        }
        sequence.rewind(generated);
    }

    @Override
    public void release(SequenceId id) {
        release(sequence(id), -1);
    }

    /** Releases the members' sequences but for that of a member that has done so itself; -1 for none. */
    private void release(FusedSequence sequence, int released) {
        for (int i = 0; i < members.size(); i++) {
            if (i != released) {
                members.get(i).release(sequence.members[i]);
            }
            owners.get(i).remove(sequence.members[i]);
        }
        sequences.remove(sequence.id);
        forgetRows(sequence.id);
    }

    private void forgetRows(SequenceId id) {
        ready.keySet().removeIf(row -> row.sequence().equals(id));
        early.entrySet().removeIf(entry -> entry.getKey().sequence().equals(id) && forget(entry.getValue()));
        if (held != null && held.sequence().equals(id)) {
            held = null;
        }
    }

    private boolean forget(float[] @Nullable [] copies) {
        for (int i = 0; i < copies.length; i++) {
            buffered[i] -= copies[i] != null ? 1 : 0;
        }
        return true;
    }

    @Override
    public int freeTokens() {
        requireOpen();
        return members.stream().mapToInt(ExpertContext::freeTokens).min().orElseThrow();
    }

    @Override
    public int freeTokens(SequenceId id) {
        FusedSequence sequence = sequence(id);
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < members.size(); i++) {
            least = Math.min(least, members.get(i).freeTokens(sequence.members[i]));
        }
        return least;
    }

    @Override
    public int trainedTokens() {
        return members.stream().mapToInt(ExpertContext::trainedTokens).min().orElseThrow();
    }

    @Override
    public int freeSequences() {
        requireOpen();
        return members.stream().mapToInt(ExpertContext::freeSequences).min().orElseThrow();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            lockstep.close();
            members.forEach(ExpertContext::close);
        }
    }

    private float[] @Nullable [] requireReady(Row row) {
        requireOpen();
        float[][] copies = ready.get(row);
        if (copies == null) {
            throw new IllegalArgumentException(
                    "expert " + expert.name() + ": " + row + " is not ready; ready are " + ready.keySet());
        }
        return copies;
    }

    private FusedSequence sequence(SequenceId id) {
        requireOpen();
        FusedSequence sequence = sequences.get(id);
        if (sequence == null) {
            throw new IllegalArgumentException(
                    "expert " + expert.name() + ": " + id + " was released or never started");
        }
        return sequence;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the context of expert " + expert.name() + " was closed");
        }
    }
}
