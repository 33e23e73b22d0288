package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
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

        /** A cell failed; the others go on. */
        void failed(Cell cell, RuntimeException failure);
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
     * Does what is not done yet. Where a cell fails, those that need it are left; all others are done.
     *
     * @param stop whether to put everything away and return
     * @return whether all cells are done
     * @throws FailedCells if cells failed, once nothing else can be done
     * @throws IllegalStateException of an {@link Error}, after the cells that were under way have been put away
     */
    boolean run(List<Cell> cells, BooleanSupplier stop, Listener listener) {
        Set<Cell> waiting = new LinkedHashSet<>();
        cells.stream().filter(cell -> !cell.done()).forEach(waiting::add);
        AtomicBoolean broken = new AtomicBoolean();
        BooleanSupplier stopping = () -> broken.get() || stop.getAsBoolean();
        Map<Cell, RuntimeException> failures = new ConcurrentHashMap<>();
        List<Throwable> errors = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(jobs,
                Thread.ofPlatform().name("emfuse-cell-", 0).factory());
        try {
            CompletionService<Cell> running = new ExecutorCompletionService<>(executor);
            int active = 0;
            do {
                for (Cell cell : List.copyOf(waiting)) {
                    if (active < jobs && !stopping.getAsBoolean() && ready(cell)) {
                        waiting.remove(cell);
                        running.submit(() -> work(cell, stopping, listener, failures));
                        active++;
                    }
                }
                if (active > 0) {
                    active--;
                    taken(running, broken, errors);
                }
            } while (active > 0 || (!stopping.getAsBoolean() && waiting.stream().anyMatch(CellQueue::ready)));
        } finally {
            executor.shutdown();
        }
        if (!errors.isEmpty()) {
            throw new IllegalStateException(errors.getFirst());
        }
        if (!failures.isEmpty()) {
            throw FailedCells.of(cells, failures);
        }
        return cells.stream().allMatch(Cell::done);
    }

    private static boolean ready(Cell cell) {
        return cell.needs().stream().allMatch(Cell::done);
    }

    private static Cell work(Cell cell, BooleanSupplier stop, Listener listener,
            Map<Cell, RuntimeException> failures) {
        listener.begun(cell);
        long began = System.nanoTime();
        try (TorchThreads _ = TorchThreads.independent()) {
            cell.run(stop, units -> listener.progressed(cell, units));
        } catch (RuntimeException e) {
            failures.put(cell, e);
            listener.failed(cell, e);
            return cell;
        }
        if (cell.done()) {
            listener.ended(cell, (System.nanoTime() - began) / 1e9);
        }
        return cell;
    }

    private static void taken(CompletionService<Cell> running, AtomicBoolean broken, List<Throwable> errors) {
        try {
            running.take().get();
        } catch (ExecutionException e) {
            broken.set(true);
            errors.add(Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            broken.set(true);
            Thread.currentThread().interrupt();
        }
    }
}
