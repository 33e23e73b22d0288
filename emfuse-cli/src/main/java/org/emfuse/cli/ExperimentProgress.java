package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.emfuse.rl.experiment.Experiment;

/** How an experiment goes, on standard error: a line per cell that is done, and one now and then on those under way. */
final class ExperimentProgress implements Experiment.Listener {

    private static final long EVERY_NANOS = 15_000_000_000L;

    private final OutputOptions output;
    private final Map<String, String> running = new LinkedHashMap<>();
    private long last = System.nanoTime();

    ExperimentProgress(OutputOptions output) {
        this.output = output;
    }

    @Override
    public synchronized void progressed(String cell, long done, long size, int allDone, int all) {
        running.put(cell, cell + " " + done * 100 / size + " %");
        if (System.nanoTime() - last > EVERY_NANOS) {
            last = System.nanoTime();
            output.notice(allDone + " of " + all + " done; " + String.join("; ", running.values()));
        }
    }

    @Override
    public synchronized void ended(String cell, double seconds, int allDone, int all) {
        running.remove(cell);
        output.notice(String.format(Locale.ROOT, "%d of %d done: %s in %.0f s", allDone, all, cell, seconds));
    }

    @Override
    public synchronized void failed(String cell, String reason) {
        running.remove(cell);
        output.notice("failed: " + cell + ": " + reason);
    }
}
