package org.emfuse.rl.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Policies of several methods on several environments and seeds, in one folder: {@code ENV/seed-N/data}, {@code models},
 * {@code clones} and {@code policies}. Every piece of work is a cell whose result stays, so that a table grows over many runs of the program.
 *
 * @param folder of everything
 * @param budget of every method
 * @param environments names of {@linkplain Task tasks}
 * @param seeds each of which fixes data, models and policies
 * @param methods to compare, by id; in the order of {@link Method#known}
 */
public record Experiment(Path folder, Budget budget, List<String> environments, List<Long> seeds,
        List<String> methods) {

    /** Hears how it goes, on any thread. */
    public interface Listener {

        /**
         * A cell goes on.
         *
         * @param cell its name
         * @param done units
         * @param size units in all
         * @param allDone cells that are done
         * @param all cells
         */
        void progressed(String cell, long done, long size, int allDone, int all);

        /** A cell is done. */
        void ended(String cell, double seconds, int allDone, int all);

        /**
         * A cell failed; the others go on, and {@link FailedCells} tells of it again at the end.
         *
         * @param cell its name
         * @param reason in words
         */
        default void failed(String cell, String reason) {}
    }

    /** Copies the lists, and checks that there is something to do. */
    public Experiment {
        environments = List.copyOf(environments);
        seeds = List.copyOf(seeds);
        methods = List.copyOf(methods);
        environments.forEach(Task::of);
        if (environments.isEmpty() || seeds.isEmpty() || methods.isEmpty()) {
            throw new IllegalArgumentException("an experiment needs at least one environment, seed and method, found "
                    + environments + ", " + seeds + " and " + methods);
        }
    }

    /**
     * Does what is not done yet. A cell that fails keeps back those that need it, no others.
     *
     * @param jobs cells at a time
     * @param stop whether to put everything away and return
     * @return whether all of it is done
     * @throws IllegalArgumentException if the folder holds an experiment of another budget or one that is damaged, or
     *             another process works in it
     * @throws FailedCells if cells failed, once all that could be done is done
     */
    public boolean run(int jobs, BooleanSupplier stop, Listener listener) {
        Folders.make(folder);
        try (FileChannel file = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = locked(file)) {
            if (lock == null) {
                throw new IllegalArgumentException("another process works in " + folder + "; wait for it");
            }
            ExperimentFolder.claim(folder, budget);
            List<Cell> cells = cells();
            return new CellQueue(jobs).run(cells, stop, new Counting(cells, listener));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be locked", e);
        }
    }

    private static @Nullable FileLock locked(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Turns a queue's news into an experiment's. */
    private static final class Counting implements CellQueue.Listener {

        private final Listener listener;
        private final int all;
        /** Counted, not looked up: cells report every update. */
        private final AtomicInteger done;

        Counting(List<Cell> cells, Listener listener) {
            this.listener = listener;
            this.all = cells.size();
            this.done = new AtomicInteger((int) cells.stream().filter(Cell::done).count());
        }

        @Override
        public void begun(Cell cell) {
            progressed(cell, 0);
        }

        @Override
        public void progressed(Cell cell, long units) {
            listener.progressed(cell.name(), units, cell.size(), done.get(), all);
        }

        @Override
        public void ended(Cell cell, double seconds) {
            listener.ended(cell.name(), seconds, done.incrementAndGet(), all);
        }

        @Override
        public void failed(Cell cell, RuntimeException failure) {
            listener.failed(cell.name(), FailedCells.reason(failure));
        }
    }

    /** All cells: of every seed, first the data, then the models, then the policies. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (long seed : seeds) {
            for (String env : environments) {
                cells.addAll(SeedCells.of(this, env, seed));
            }
        }
        return cells;
    }

    /** The methods to compare on an environment. */
    List<Method> selected(String env) {
        return Method.known(Task.of(env), budget).stream().filter(method -> methods.contains(method.id())
                || (methods.contains("expert") && method.id().startsWith("expert:"))).toList();
    }

    /** The folder of an environment and seed. */
    Path place(String env, long seed) {
        return folder.resolve(env).resolve("seed-" + seed);
    }

    /** The folder of a policy. */
    Path policy(String env, long seed, String method) {
        return place(env, seed).resolve("policies").resolve(method.replace(':', '-'));
    }

    /** The folder of a policy's score in one of the environments where it is scored. */
    Path score(Task task, long seed, String method, String scoredIn) {
        Path policy = policy(task.name(), seed, method);
        return scoredIn.equals(task.env()) ? policy : policy.resolve("scores").resolve(scoredIn.replace(':', '-'));
    }

    /** The folder of a model. */
    Path model(String env, long seed, String model) {
        return place(env, seed).resolve("models").resolve(model);
    }

    /** The folder of a policy cloned from one domain's data. */
    Path cloned(String env, long seed, String domain) {
        return place(env, seed).resolve("clones").resolve(domain);
    }

    /** The file of a domain's data. */
    Path data(String env, long seed, Domain domain) {
        return place(env, seed).resolve("data").resolve(domain.name() + ".hdf5");
    }
}
