package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.emfuse.rl.torch.TorchThreads;

/**
 * Does cells in the order of what they need, several at a time, each on a thread with one thread of libtorch's: independent
 * models are the fastest use of a machine (docs/reference/threads.md). Results do not depend on how many.
 */
final class CellQueue {

    /** Hears how it goes, on any thread. */
    interface Listener {

        /** A cell has begun, or gone on. */
        void begun(Cell cell);

        /** So many of a cell's units are done. */
        void progressed(Cell cell, long units);

        /** A cell is done. */
        void ended(Cell cell, double seconds);
    }

    private final int jobs;

    /** A queue that does so many cells at a time, at least 1. */
    CellQueue(int jobs) {
        if (jobs < 1) {
            throw new IllegalArgumentException("at least one job is needed, found " + jobs);
        }
        this.jobs = jobs;
    }

    /**
     * Does what is not done yet.
     *
     * @param stop whether to put everything away and return
     * @return whether all cells are done
     * @throws RuntimeException of the first cell that failed, after the others have been put away
     */
    boolean run(List<Cell> cells, BooleanSupplier stop, Listener listener) {
        Set<Cell> waiting = new LinkedHashSet<>();
        cells.stream().filter(cell -> !cell.done()).forEach(waiting::add);
        AtomicBoolean failing = new AtomicBoolean();
        BooleanSupplier stopping = () -> failing.get() || stop.getAsBoolean();
        List<RuntimeException> failures = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(jobs,
                Thread.ofPlatform().name("emfuse-cell-", 0).factory());
        try {
            CompletionService<Cell> running = new ExecutorCompletionService<>(executor);
            int active = 0;
            do {
                for (Cell cell : List.copyOf(waiting)) {
                    if (active < jobs && !stopping.getAsBoolean() && cell.needs().stream().allMatch(Cell::done)) {
                        waiting.remove(cell);
                        running.submit(() -> work(cell, stopping, listener));
                        active++;
                    }
                }
                if (active > 0) {
                    active--;
                    taken(running, failing, failures);
                }
            } while (active > 0 || (!waiting.isEmpty() && !stopping.getAsBoolean() && anyReady(waiting)));
        } finally {
            executor.shutdown();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return cells.stream().allMatch(Cell::done);
    }

    private static boolean anyReady(Set<Cell> waiting) {
        return waiting.stream().anyMatch(cell -> cell.needs().stream().allMatch(Cell::done));
    }

    private static Cell work(Cell cell, BooleanSupplier stop, Listener listener) {
        listener.begun(cell);
        long began = System.nanoTime();
        try (TorchThreads _ = TorchThreads.independent()) {
            cell.run(stop, units -> listener.progressed(cell, units));
        }
        if (cell.done()) {
            listener.ended(cell, (System.nanoTime() - began) / 1e9);
        }
        return cell;
    }

    private static void taken(CompletionService<Cell> running, AtomicBoolean failing,
            List<RuntimeException> failures) {
        try {
            running.take().get();
        } catch (ExecutionException e) {
            failing.set(true);
            failures.add(e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e.getCause()));
        } catch (InterruptedException e) {
            failing.set(true);
            Thread.currentThread().interrupt();
        }
    }
}
