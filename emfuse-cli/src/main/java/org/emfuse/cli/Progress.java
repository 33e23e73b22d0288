package org.emfuse.cli;

import java.io.PrintStream;
import java.time.Duration;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress of counted work on standard error: a bar on a terminal, else a line now and then. */
final class Progress implements AutoCloseable {

    private static final long LINE_EVERY_NANOS = 15_000_000_000L;

    private final OutputOptions output;
    private final String what;
    private final long total;
    private final @Nullable ProgressBar bar;
    private long done;
    private long lastLine = System.nanoTime();

    /**
     * Starts to show progress.
     *
     * @param what is counted, for example {@code questions}
     * @param done how many are done already
     */
    Progress(OutputOptions output, String what, long total, long done) {
        this.output = output;
        this.what = what;
        this.total = total;
        this.done = done;
        boolean terminal = Boolean.getBoolean("emfuse.terminal") && !output.quiet();
        PrintStream err = System.err;
        this.bar = terminal
                ? new ProgressBarBuilder().setTaskName(what).setInitialMax(total).startsFrom(done, Duration.ZERO)
                        .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200)
                        .setConsumer(new ConsoleProgressBarConsumer(err, 90)).build()
                : null;
    }

    /** One more is done. */
    void step() {
        done++;
        if (bar != null) {
            bar.stepTo(done);
        } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS && done < total) {
            lastLine = System.nanoTime();
            output.notice(done + " of " + total + " " + what);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
