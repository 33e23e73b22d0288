package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** All methods on one environment and seed with a tiny budget: also as a program that can be killed. */
final class TinyTable {

    static final String ENV = "Pendulum-v1";
    static final List<String> METHODS = Method.all(Task.of(ENV), TinyExperiments.BUDGET).stream().map(Method::id)
            .toList();

    private TinyTable() {}

    static Experiment in(Path folder) {
        return new Experiment(folder, TinyExperiments.BUDGET, List.of(ENV), List.of(7L), METHODS);
    }

    /** Runs it in a folder; tells of the first step of a cell, and waits there to be killed. */
    public static void main(String[] arguments) {
        in(Path.of(arguments[0])).run(1, () -> false, new TinyExperiments.Ended() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {
                if (cell.endsWith(arguments[1]) && done > 0) {
                    System.out.println(cell);
                    LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
                }
            }
        });
    }
}
