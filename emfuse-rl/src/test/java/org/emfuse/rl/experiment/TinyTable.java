package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.List;

/** All methods on one environment and seed with a tiny budget: also as a program that can be killed. */
final class TinyTable {

    static final String ENV = "Pendulum-v1";
    static final List<String> METHODS = Method.all(Task.of(ENV), TinyExperiments.BUDGET).stream().map(Method::id)
            .toList();

    private TinyTable() {}

    static Experiment in(Path folder) {
        return new Experiment(folder, TinyExperiments.BUDGET, List.of(ENV), List.of(7L), METHODS);
    }

    /** Runs it in a folder; a line tells of every step of a cell. */
    public static void main(String[] arguments) {
        in(Path.of(arguments[0])).run(2, () -> false, new TinyExperiments.Ended() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {
                if (done > 0) {
                    System.out.println(cell);
                }
            }
        });
    }
}
