package org.emfuse.llm.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.emfuse.fusion.FusedStep;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.Method;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerSums;
import org.emfuse.llm.answer.AnswerTrie;
import org.jspecify.annotations.Nullable;

/**
 * Scores every allowed answer: the prompt is evaluated once, each answer in a fork of it, all that fit in one batch. The
 * members of a fused context are evaluated once, and every method is applied to the same rows. With fewer sequences than
 * answers the answers take turns.
 */
public final class AnswerScoring implements DecodeTask {

    private final Prompt prompt;
    private final AnswerTrie answers;
    private final List<Method> methods;
    private final Consumer<AnswerScores> whenDone;
    private final Consumer<RuntimeException> whenFailed;

    private final Map<SequenceId, Integer> choiceOf = new HashMap<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private final List<FusedStep> first = new ArrayList<>();
    private @Nullable SequenceId root;
    private boolean rootBusy;
    private boolean rootReady;
    private int sequences;
    private int rowsLeft;
    private double[][] memberSums = new double[0][];
    private double[][] methodSums = new double[0][];
    private float[] row = new float[0];
    private double @Nullable [] promptLosses;
    private int promptTokens;
    private boolean done;

    /**
     * A scoring task.
     *
     * @param methods what to apply to the members' rows; empty for a context that is not fused
     * @param whenDone receives the scores
     * @param whenFailed receives the reason where there are none
     */
    public AnswerScoring(Prompt prompt, AnswerTrie answers, List<Method> methods, Consumer<AnswerScores> whenDone,
            Consumer<RuntimeException> whenFailed) {
        this.prompt = prompt;
        this.answers = answers;
        this.methods = List.copyOf(methods);
        this.whenDone = whenDone;
        this.whenFailed = whenFailed;
    }

    @Override
    public int tokensNeeded(ExpertContext context) {
        return context.promptTokens(prompt) + answers.totalTokens();
    }

    @Override
    public int tokensRequired(ExpertContext context) {
        return context.promptTokens(prompt) + answers.longest();
    }

    @Override
    public int sequencesWanted() {
        return answers.size() + 1;
    }

    @Override
    public void start(ExpertContext context, int granted) {
        if (!methods.isEmpty() && !(context instanceof FusedContext)) {
            throw new IllegalArgumentException("methods need a fused expert; a single one has only its own answer");
        }
        sequences = granted;
        row = new float[context.vocabulary().size()];
        int members = context instanceof FusedContext fused ? fused.memberCount() : 1;
        memberSums = new double[members][answers.size()];
        methodSums = new double[methods.size()][answers.size()];
        boolean losses = methods.stream().anyMatch(method -> method.weighting().needsPromptLosses());
        root = context.start(prompt, losses ? Rows.LOSS : Rows.LAST);
        promptTokens = context.length(root);
        for (int choice = 0; choice < answers.size(); choice++) {
            open.add(choice);
            rowsLeft += answers.tokens(choice).length + 1;
        }
    }

    @Override
    public boolean owns(Row ready) {
        return ready.sequence().equals(root) || choiceOf.containsKey(ready.sequence());
    }

    @Override
    public void ready(ExpertContext context, Row ready) {
        if (ready.index() == 0) {
            readFirst(context, ready);
        } else {
            int choice = Objects.requireNonNull(choiceOf.get(ready.sequence()));
            score(context, ready, List.of(choice));
            if (ready.index() == answers.tokens(choice).length) {
                endOf(context, ready.sequence());
            }
        }
    }

    private void readFirst(ExpertContext context, Row ready) {
        score(context, ready, List.copyOf(open));
        rootReady = true;
        if (context instanceof FusedContext fused) {
            promptLosses = fused.promptLosses(ready.sequence());
            for (Method method : methods) {
                first.add(fused.diagnose(ready, method.weighting(), -1));
            }
        }
    }

    /** Adds the energy of the next token of each choice under every expert and method. */
    private void score(ExpertContext context, Row ready, List<Integer> choices) {
        for (int member = 0; member < memberSums.length; member++) {
            if (context instanceof FusedContext fused) {
                add(memberSums[member], choices, ready.index(), fused.memberRows(ready).get(member));
            } else {
                context.energies(ready, row);
                add(memberSums[member], choices, ready.index(), row);
            }
        }
        if (context instanceof FusedContext fused) {
            for (int m = 0; m < methods.size(); m++) {
                fused.fuse(ready, methods.get(m).weighting(), methods.get(m).rule(), row);
                add(methodSums[m], choices, ready.index(), row);
            }
        }
        rowsLeft -= choices.size();
    }

    private void add(double[] sums, List<Integer> choices, int index, float[] energies) {
        for (int choice : choices) {
            sums[choice] += energies[answers.token(choice, index)];
        }
    }

    private void endOf(ExpertContext context, SequenceId sequence) {
        choiceOf.remove(sequence);
        if (sequence.equals(root)) {
            rootBusy = false;
        } else {
            context.release(sequence);
        }
    }

    /** Gives a sequence to as many open choices as there are; the root itself serves where no other is free. */
    @Override
    public void turnEnded(ExpertContext context) {
        if (rowsLeft == 0) {
            finish(context);
            return;
        }
        if (!rootReady || rootBusy) {
            return;
        }
        SequenceId from = Objects.requireNonNull(root);
        while (!open.isEmpty() && choiceOf.size() + 1 < sequences
                && context.freeTokens(from) >= answers.tokens(open.element()).length) {
            assign(context, context.fork(from), open.remove());
        }
        if (!open.isEmpty() && choiceOf.isEmpty()) {
            context.rewind(from, 0);
            rootBusy = true;
            assign(context, from, open.remove());
        }
    }

    private void assign(ExpertContext context, SequenceId sequence, int choice) {
        choiceOf.put(sequence, choice);
        context.append(sequence, answers.tokens(choice), Rows.ALL);
    }

    private void finish(ExpertContext context) {
        release(context);
        List<AnswerSums> experts = new ArrayList<>();
        for (int member = 0; member < memberSums.length; member++) {
            experts.add(new AnswerSums(context instanceof FusedContext fused ? fused.memberName(member) : "expert",
                    memberSums[member]));
        }
        List<AnswerSums> combined = new ArrayList<>();
        for (int m = 0; m < methods.size(); m++) {
            combined.add(new AnswerSums(methods.get(m).name(), methodSums[m]));
        }
        whenDone.accept(new AnswerScores(List.copyOf(experts), List.copyOf(combined), List.copyOf(first), promptLosses,
                promptTokens));
    }

    private void release(ExpertContext context) {
        done = true;
        choiceOf.keySet().stream().filter(sequence -> !sequence.equals(root)).forEach(context::release);
        choiceOf.clear();
        if (root != null) {
            context.release(root);
            root = null;
        }
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public void abort(ExpertContext context, RuntimeException reason) {
        release(context);
        whenFailed.accept(reason);
    }
}
