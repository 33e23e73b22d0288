package org.emfuse.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;

/**
 * One long-lived platform thread per member: a native call holds its thread, and members are evaluated at once. Where they
 * may not be, one thread serves them in turn.
 */
final class Lockstep implements AutoCloseable {

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<String> names;

    Lockstep(List<String> names, boolean concurrent) {
        this.names = names;
        for (String name : concurrent ? names : List.of("all")) {
            threads.add(Executors
                    .newSingleThreadExecutor(Thread.ofPlatform().daemon().name("expert-" + name).factory()));
        }
    }

    /**
     * Runs a step of every member at once and waits for all of them, also when one fails.
     *
     * @param step called with the member's index, on the member's thread
     * @return what each step returned
     * @throws IllegalStateException with the first failure as its cause, naming the member
     */
    boolean[] run(IntPredicate step) {
        List<Future<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int member = i;
            running.add(threads.get(i % threads.size()).submit(() -> step.test(member)));
        }
        boolean[] results = new boolean[running.size()];
        RuntimeException failure = null;
        for (int i = 0; i < results.length; i++) {
            try {
                results[i] = await(running.get(i));
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                if (cause instanceof Error error) {
                    throw error;
                }
                if (failure == null) {
                    failure = new IllegalStateException(
                            "expert " + names.get(i) + " could not be evaluated: " + cause.getMessage(), cause);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    /** Waits to the end even if interrupted: a native call cannot be left behind. */
    private static boolean await(Future<Boolean> running) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::shutdown);
    }
}
