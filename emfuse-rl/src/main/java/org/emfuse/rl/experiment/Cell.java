package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** A piece of an experiment's work, in a folder of its own. It is done once its result is there. */
interface Cell {

    /** Between checkpoints of a cell's run. */
    double CHECKPOINT_SECONDS = 60;

    /** For progress: {@code "Pendulum-v1 seed 1 policy emfuse"}. */
    String name();

    /** Cells that must be done before. */
    List<Cell> needs();

    /** Whether its result is there. */
    boolean done();

    /** What to remove for it to be done anew: the folder that it works in. */
    Path folder();

    /** Units of work in all, for progress. */
    long size();

    /**
     * Does the work on the calling thread, from where it was left.
     *
     * @param stop whether to put it away and return
     * @param progress hears of units done
     */
    void run(BooleanSupplier stop, LongConsumer progress);
}
