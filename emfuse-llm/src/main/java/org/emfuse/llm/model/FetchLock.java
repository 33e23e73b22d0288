package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.emfuse.record.Sha256;
import org.jspecify.annotations.Nullable;

/** One fetch of a file at a time, among the threads of this process and among processes. */
public final class FetchLock implements AutoCloseable {

    private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private @Nullable FileChannel channel;

    private FetchLock(ReentrantLock thread) {
        this.thread = thread;
    }

    /**
     * Waits until nobody else makes the file.
     *
     * @param cache keeps the lock
     * @param target the file
     * @param waiting runs once if there is somebody to wait for
     */
    public static FetchLock of(CacheFolder cache, Path target, Runnable waiting) throws IOException {
        Path file = cache.locks().resolve(Sha256.of(target.toAbsolutePath().toString()).substring(0, 32));
        FetchLock lock = new FetchLock(THREADS.computeIfAbsent(file, f -> new ReentrantLock()));
        boolean told = false;
        if (!lock.thread.tryLock()) {
            waiting.run();
            told = true;
            lock.thread.lock();
        }
        try {
            lock.take(file, told ? () -> {} : waiting);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void take(Path file, Runnable waiting) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel = opened;
        FileLock taken = opened.tryLock();
        if (taken == null) {
            waiting.run();
            opened.lock(); // the channel's closing gives it back
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            thread.unlock();
        }
    }
}
