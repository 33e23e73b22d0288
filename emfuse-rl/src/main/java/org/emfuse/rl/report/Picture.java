package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Path;

import org.emfuse.record.WholeFile;

/** Something that can be drawn, 1,200 pixels wide. Equal pictures give equal bytes on one machine. */
public sealed interface Picture
        permits LearningCurves, Histogram, IntervalBars, RolloutFan, LandscapePlane, UncertaintyMap,
        UncertaintyError, CoverageMap {

    /**
     * The bytes of a PNG file.
     *
     * @throws IllegalStateException if the machine has no font to write with; says what to install
     */
    byte[] png(Scheme scheme);

    /** What it shows. */
    String title();

    /**
     * Writes a PNG file on white ground; a file of that name is replaced.
     *
     * @throws UncheckedIOException if it cannot be written; then nothing is left behind
     */
    default void write(Path file) {
        WholeFile.write(file, png(Scheme.LIGHT));
    }
}
