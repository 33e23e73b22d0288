package org.emfuse.rl.torch;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * The one owner of libtorch's thread counts. There are two pools: OpenBLAS's own threads for matrix products and OpenMP's
 * for everything else. Left to themselves both take all cores and wait by spinning, in each other's way: five times slower
 * than one thread (spec 11 §3). So the pools are never both larger than one.
 *
 * <p>A model runs between {@link #one} or {@link #independent} and {@code close}, on the thread that asked. Counts change
 * only while no model runs.
 */
public final class TorchThreads implements AutoCloseable {

    private static final Object LOCK = new Object();
    private static int running;
    private static int openblasThreads = 1;

    private boolean open = true;

    private TorchThreads() {}

    /** Both pools of one thread: the setting that is never wrong by much. */
    static void applyDefault() {
        torch.set_num_threads(1);
        openblas.blas_set_num_threads(1);
    }

    /**
     * One model alone on the machine: matrix products use all cores, the rest one.
     *
     * @throws IllegalStateException if another model is running
     */
    public static TorchThreads one() {
        return one(Runtime.getRuntime().availableProcessors());
    }

    /**
     * One model alone, matrix products with a given number of threads.
     *
     * @throws IllegalStateException if another model is running
     */
    public static TorchThreads one(int products) {
        if (products < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found " + products);
        }
        return begin(products);
    }

    /** One of several models, each on a Java thread of its own: every pool has one thread. */
    public static TorchThreads independent() {
        return begin(1);
    }

    private static TorchThreads begin(int products) {
        Torch.load();
        synchronized (LOCK) {
            if (running > 0 && products != openblasThreads) {
                throw new IllegalStateException("a model asked for " + products + " threads while " + running
                        + " run with " + openblasThreads + "; thread counts change only while no model runs");
            }
            if (running == 0) {
                openblas.blas_set_num_threads(products);
                openblasThreads = products;
            }
            running++;
            torch.set_num_threads(1); // holds for the calling thread
            return new TorchThreads();
        }
    }

    /** The effective setting, for records: {@code "products 2, rest 1"}. */
    public static String effective() {
        Torch.load();
        return "products " + openblas.blas_get_num_threads() + ", rest " + torch.get_num_threads();
    }

    @Override
    public void close() {
        synchronized (LOCK) {
            if (open) {
                open = false;
                running--;
            }
        }
    }
}
