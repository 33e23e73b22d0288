package org.emfuse.rl.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Threads that compute tensors side by side, each with one thread of libtorch's own: on few processors that beats one thread
 * with many of libtorch's (docs/reference/threads.md). What is computed does not depend on their number. With one worker
 * everything happens on the calling thread.
 */
public final class TorchWorkers implements AutoCloseable {

    private final int threads;
    private final @Nullable ExecutorService executor;

    /**
     * Workers.
     *
     * @param threads at least 1
     */
    public TorchWorkers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one worker is needed, found " + threads);
        }
        this.threads = threads;
        this.executor = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads,
                        Thread.ofPlatform().daemon().name("emfuse-torch-", 0).factory());
    }

    /** Their number. */
    public int threads() {
        return threads;
    }

    /**
     * Computes tensors without graphs.
     *
     * @param count of tasks
     * @param task makes the tensor of one number; whatever else it makes is freed
     * @return the tensors, in order; they belong to the caller, who closes them
     */
    public List<Tensor> compute(int count, IntFunction<Tensor> task) {
        List<Callable<Tensor>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(() -> {
                try (TorchScope scope = new TorchScope(); NoGrad _ = new NoGrad()) {
                    return scope.keep(task.apply(number));
                }
            });
        }
        return executor == null || count == 1 ? inTurn(tasks) : together(executor, tasks);
    }

    private static List<Tensor> inTurn(List<Callable<Tensor>> tasks) {
        List<Tensor> results = new ArrayList<>();
        try {
            for (Callable<Tensor> task : tasks) {
                results.add(task.call());
            }
            return results;
        } catch (Exception e) {
            results.forEach(Tensor::close);
            throw e instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        }
    }

    private static List<Tensor> together(ExecutorService executor, List<Callable<Tensor>> tasks) {
        List<Tensor> results = new ArrayList<>();
        RuntimeException failed = null;
        try {
            for (Future<Tensor> future : executor.invokeAll(tasks)) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    failed = e.getCause() instanceof RuntimeException failure
                            ? failure
                            : new IllegalStateException(e.getCause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed = new CancellationException("the computation was interrupted");
        }
        if (failed != null) {
            results.forEach(Tensor::close);
            throw failed;
        }
        return results;
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
