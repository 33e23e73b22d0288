package org.emfuse.rl.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
        replace(file, png(Scheme.LIGHT));
    }

    /** Writes a file beside its place, then moves it there. */
    static void replace(Path file, byte[] bytes) {
        Path beside = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            try {
                Files.write(beside, bytes);
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }
}
