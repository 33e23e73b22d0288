package org.emfuse.rl.torch;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of libtorch's thread counts. There are two pools: OpenBLAS's own threads for single- and double-precision
 * matrix products, and OpenMP's for everything else, products of matrices with many rows and of bfloat16 among it. Idle threads
 * of either wait by spinning: with both pools large, or with other work on the machine, that costs several times what it
 * gains (measured: docs/reference/threads.md). So both pools have one thread unless it is known to help.
 *
 * <p>A model runs between {@link #one} or {@link #independent} and {@code close}, on the thread that asked. Counts change
 * only while no model runs; when the last one ends, both are one again.
 */
public final class TorchThreads implements AutoCloseable {

    /**
     * Sizes of the two pools.
     *
     * @param products threads of single- and double-precision matrix products, >= 1
     * @param rest threads of everything else, >= 1
     */
    public record Counts(int products, int rest) {

        /** Both pools of one thread: what independent models take, and the setting that is never wrong by much. */
        public static final Counts SINGLE = new Counts(1, 1);

        /** Checks the ranges. */
        public Counts {
            if (products < 1 || rest < 1) {
                throw new IllegalArgumentException(
                        "threads must be at least 1, found " + products + " for products and " + rest
                                + " for the rest");
            }
        }

        /** For records: {@code "products 2, rest 1"}. */
        @Override
        public String toString() {
            return "products " + products + ", rest " + rest;
        }
    }

    private static final Object LOCK = new Object();
    private static int running;
    private static Counts counts = Counts.SINGLE;
    /** Whose thread the model runs on that began last while none ran. */
    private static @Nullable Thread holder;

    private final Thread owner = Thread.currentThread();
    private boolean open = true;

    private TorchThreads() {}

    /** What holds while no model runs. */
    static void applyDefault() {
        apply(Counts.SINGLE);
    }

    private static void apply(Counts chosen) {
        openblas.blas_set_num_threads(chosen.products);
        torch.set_num_threads(chosen.rest); // holds for the calling thread and for threads to come
        counts = chosen;
    }

    /**
     * One model alone whose steps take milliseconds, such as an update of soft actor-critic: more threads gain nothing.
     *
     * @throws IllegalStateException if a model is running with more
     */
    public static TorchThreads one() {
        return one(Counts.SINGLE);
    }

    /**
     * One model alone, with given counts.
     *
     * @throws IllegalStateException if another model is running
     */
    public static TorchThreads one(Counts chosen) {
        return begin(chosen);
    }

    /**
     * One of several models, each on a Java thread of its own: every pool has one thread.
     *
     * @throws IllegalStateException if a model is running with more
     */
    public static TorchThreads independent() {
        return begin(Counts.SINGLE);
    }

    private static TorchThreads begin(Counts chosen) {
        Torch.load();
        synchronized (LOCK) {
            boolean shares = chosen.equals(counts)
                    && (chosen.equals(Counts.SINGLE) || holder == Thread.currentThread());
            if (running > 0 && !shares) {
                throw new IllegalStateException("a model asked for threads (" + chosen + ") while " + running
                        + " run with theirs (" + counts
                        + "); thread counts change only while no model runs, and a model"
                        + " with more than one thread runs alone");
            }
            if (running == 0) {
                holder = Thread.currentThread();
            }
            apply(chosen);
            running++;
            return new TorchThreads();
        }
    }

    /** The setting of the calling thread as libtorch reports it, for records: {@code "products 2, rest 1"}. */
    public static String effective() {
        Torch.load();
        return new Counts(openblas.blas_get_num_threads(), torch.get_num_threads()).toString();
    }

    /**
     * Ends the model's run; idempotent.
     *
     * @throws IllegalStateException on another thread than the one that asked, which alone can undo the setting
     */
    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("thread counts taken by thread " + owner.getName() + " were given back by "
                    + Thread.currentThread().getName());
        }
        synchronized (LOCK) {
            if (open) {
                open = false;
                running--;
                if (running == 0) {
                    holder = null;
                    applyDefault();
                }
            }
        }
    }
}
