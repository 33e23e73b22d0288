package org.emfuse.llm.experts;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether threads of this machine really run at the same time. The native threads of one expert wait for each other many
 * times per layer, spinning; where other programs take their processors, each wait costs a time slice and a step takes
 * hundreds of times as long. A native step cannot be stopped, so this is asked in Java first.
 */
final class Simultaneity {

    /** Below this share of the time, threads that wait for each other are of no use. */
    static final double ENOUGH = 0.6;

    private static final long WORK_NANOS = 20_000;
    private static final long NANOS = 150_000_000;

    private Simultaneity() {}

    /**
     * The share of the time, from 0 to 1, in which threads that meet every 20 microseconds do not wait for each other.
     *
     * @param threads that meet, at least 1
     */
    static double share(int threads) {
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger meetings = new AtomicInteger();
        long start = System.nanoTime();
        for (int k = 1; k < threads; k++) {
            Thread.ofPlatform().daemon().name("meeting").start(() -> meet(threads, arrived, meetings, start));
        }
        meet(threads, arrived, meetings, start);
        long nanos = System.nanoTime() - start;
        return Math.min(1, meetings.get() * (double) WORK_NANOS / nanos);
    }

    private static void meet(int threads, AtomicInteger arrived, AtomicInteger meetings, long start) {
        while (System.nanoTime() - start < NANOS) {
            int meeting = meetings.get();
            long began = System.nanoTime();
            while (System.nanoTime() - began < WORK_NANOS) {
                Thread.onSpinWait();
            }
            if (arrived.incrementAndGet() == threads) {
                arrived.set(0);
                meetings.incrementAndGet();
            }
            while (meetings.get() == meeting && System.nanoTime() - start < NANOS) {
                Thread.onSpinWait();
            }
        }
    }
}
