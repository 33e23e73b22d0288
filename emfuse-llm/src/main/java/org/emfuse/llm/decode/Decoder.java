package org.emfuse.llm.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.ContextTooSmallException;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Row;

/**
 * The only decode loop: one task or many over one context. Each turn admits waiting tasks while there is room, evaluates
 * one batch, hands every ready row to the task that owns it, and lets go of those that are done. Used by one thread.
 *
 * <p>A task that fails ends alone; the others go on. A failing evaluation ends all of them and leaves the loop.
 */
public final class Decoder {

    private record Running(DecodeTask task, int tokens, int sequences) {}

    private final ExpertContext context;
    private final int mostTasks;
    private final Deque<DecodeTask> waiting = new ArrayDeque<>();
    private final Map<DecodeTask, Running> running = new LinkedHashMap<>();
    private final int allTokens;
    private final int allSequences;

    /**
     * A loop over an unused context.
     *
     * @param mostTasks tasks that run at once, at least 1
     */
    public Decoder(ExpertContext context, int mostTasks) {
        if (mostTasks < 1) {
            throw new IllegalArgumentException("expected at least one task at once, found " + mostTasks);
        }
        this.context = context;
        this.mostTasks = mostTasks;
        this.allTokens = context.freeTokens();
        this.allSequences = context.freeSequences();
    }

    /** Queues a task. */
    public void submit(DecodeTask task) {
        waiting.add(task);
    }

    /** Tasks that wait or run. */
    public int pending() {
        return waiting.size() + running.size();
    }

    /** Turns until nothing is pending. */
    public void run() {
        while (turn()) {
            // every turn does the work
        }
    }

    /** One turn; true while tasks are pending. */
    public boolean turn() {
        admit();
        if (running.isEmpty()) {
            return !waiting.isEmpty();
        }
        try {
            context.evaluate();
        } catch (RuntimeException e) {
            abortAll(e);
            throw e;
        }
        for (Row row : context.rows()) {
            List.copyOf(running.keySet()).stream().filter(task -> task.owns(row)).findFirst()
                    .ifPresent(task -> guarded(task, () -> task.ready(context, row)));
        }
        for (DecodeTask task : List.copyOf(running.keySet())) {
            guarded(task, () -> task.turnEnded(context));
        }
        running.keySet().removeIf(DecodeTask::done);
        return pending() > 0;
    }

    private void guarded(DecodeTask task, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            running.remove(task);
            task.abort(context, e);
        }
    }

    /** First come, first served; room that running tasks may still need is kept for them. */
    private void admit() {
        while (!waiting.isEmpty() && running.size() < mostTasks) {
            DecodeTask task = waiting.element();
            int needed;
            try {
                needed = task.tokensNeeded(context);
                requirePossible(task);
            } catch (RuntimeException e) {
                waiting.remove();
                task.abort(context, e);
                continue;
            }
            int tokens = allTokens - running.values().stream().mapToInt(Running::tokens).sum();
            int sequences = allSequences - running.values().stream().mapToInt(Running::sequences).sum();
            if (!running.isEmpty() && (needed > tokens || sequences < 1)) {
                return;
            }
            waiting.remove();
            int granted = Math.max(1, Math.min(task.sequencesWanted(), sequences));
            running.put(task, new Running(task, Math.min(needed, tokens), granted));
            guarded(task, () -> task.start(context, granted));
        }
    }

    private void requirePossible(DecodeTask task) {
        int required = task.tokensRequired(context);
        if (required > allTokens) {
            throw new ContextTooSmallException("the prompt needs " + required + " tokens of context, there are "
                    + allTokens, required, context.trainedTokens());
        }
    }

    /** Ends every task, waiting or running. */
    public void abortAll(RuntimeException reason) {
        List<DecodeTask> all = new ArrayList<>(running.keySet());
        all.addAll(waiting);
        running.clear();
        waiting.clear();
        all.forEach(task -> task.abort(context, reason));
    }
}
