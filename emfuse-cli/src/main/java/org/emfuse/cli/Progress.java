package org.emfuse.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

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
    private final long began = System.nanoTime();
    private final long before;
    private long done;
    private long lastLine = System.nanoTime();

    /**
     * Starts to show progress.
     *
     * @param what is counted, for example {@code questions}
     * @param total how many there are, -1 if that is not known
     * @param done how many are done already
     */
    Progress(OutputOptions output, String what, long total, long done) {
        this.output = output;
        this.what = what;
        this.total = total;
        this.before = done;
        this.done = done;
        boolean terminal = Boolean.getBoolean("emfuse.terminal") && !output.quiet();
        PrintStream err = System.err;
        this.bar = terminal
                ? new ProgressBarBuilder().setTaskName(what).setInitialMax(total).startsFrom(done, Duration.ZERO)
                        .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200).showSpeed()
                        .setConsumer(new ConsoleProgressBarConsumer(err, 90)).build()
                : null;
    }

    /** One more is done. */
    void step() {
        to(done + 1, "");
    }

    /**
     * So many are done.
     *
     * @param remark on how it goes, to be shown beside the count; may be empty
     */
    void to(long count, String remark) {
        done = count;
        if (bar != null) {
            bar.setExtraMessage(remark);
            bar.stepTo(done);
        } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS && done != total) {
            lastLine = System.nanoTime();
            output.notice(done + (total < 0 ? " " : " of " + total + " ") + what + pace()
                    + (remark.isEmpty() ? "" : ", " + remark));
        }
    }

    /** Rate and remaining time, once there is something to tell them from. */
    private String pace() {
        double seconds = (System.nanoTime() - began) / 1e9;
        if (done == before || seconds == 0 || total < 0) {
            return "";
        }
        double rate = (done - before) / seconds;
        long left = Math.round((total - done) / rate);
        return String.format(Locale.ROOT, ", %.3g/s, %d:%02d:%02d left", rate, left / 3600, left / 60 % 60, left % 60);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
