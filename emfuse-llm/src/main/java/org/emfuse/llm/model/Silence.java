package org.emfuse.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream from which nothing comes any more: the client itself waits for ever. */
final class Silence implements AutoCloseable {

    private final InputStream body;
    private final Duration limit;
    private final Thread watch;
    private volatile long heard = System.nanoTime();
    private volatile boolean broken;

    /** Watches a stream from now on. */
    Silence(InputStream body, Duration limit) {
        this.body = body;
        this.limit = limit;
        this.watch = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
        try {
            while (System.nanoTime() - heard < limit.toNanos()) {
                Thread.sleep(Math.max(1, limit.toMillis() / 20));
            }
            broken = true;
            body.close();
        } catch (InterruptedException | IOException e) {
            // The fetch ended, or the stream did: nothing is left to watch.
        }
    }

    /** Something came. */
    void heard() {
        heard = System.nanoTime();
    }

    /** Whether the stream was closed for silence. */
    boolean broken() {
        return broken;
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
