package org.emfuse.cli;

import org.emfuse.llm.model.FetchListener;
import org.jspecify.annotations.Nullable;

/** How far a fetch is, in megabytes on standard error. */
final class FetchProgress implements FetchListener {

    private static final long MEGABYTE = 1_000_000;

    private final OutputOptions output;
    private @Nullable Progress progress;

    FetchProgress(OutputOptions output) {
        this.output = output;
    }

    @Override
    public void at(String file, long done, long total) {
        Progress shown = progress;
        if (shown == null) {
            shown = new Progress(output, "MB of " + file, total < 0 ? -1 : Math.ceilDiv(total, MEGABYTE),
                    done / MEGABYTE);
            progress = shown;
        }
        shown.to(done / MEGABYTE, "");
    }

    @Override
    public void ended() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
