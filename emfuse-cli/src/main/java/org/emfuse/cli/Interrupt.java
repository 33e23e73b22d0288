package org.emfuse.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Ctrl-C while it is open: long work asks whether to stop, and the process ends only after the work has been put away, with
 * the usual exit code of an interrupted program.
 */
final class Interrupt implements BooleanSupplier, AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;

    private final CountDownLatch putAway = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "interrupt");
    private volatile boolean requested;

    /** Begins to listen. */
    Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await() {
        requested = true;
        try {
            if (!putAway.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("emfuse: the work could not be put away in " + PATIENCE_SECONDS + " seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether to stop. */
    @Override
    public boolean getAsBoolean() {
        return requested;
    }

    /** The work has been put away. */
    @Override
    public void close() {
        putAway.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // the process is ending at this very moment; the hook returns at once
            }
        }
    }
}
