package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.record.WholeFile;

/**
 * A page about training runs that needs nothing else: scores with intervals, learning curves, settings. Equal folders give
 * equal bytes on one machine.
 */
public final class TrainingReport {

    private TrainingReport() {}

    /**
     * Reads the folders of runs.
     *
     * @param folders at least one
     * @return the page, HTML in UTF-8
     * @throws IllegalArgumentException if a folder is not that of a training run, or a file in it is broken
     * @throws IllegalStateException if the machine has no font to draw pictures with
     */
    public static String of(List<Path> folders) {
        if (folders.isEmpty()) {
            throw new IllegalArgumentException("a report needs the folder of at least one training run, found none");
        }
        return Templates.fill("report.mustache", ReportPage.of(folders.stream().map(RunFolder::read).toList()));
    }

    /**
     * Writes a page; a file of that name is replaced.
     *
     * @throws UncheckedIOException if it cannot be written; then nothing is left behind
     */
    public static void write(Path page, List<Path> folders) {
        if (Files.isDirectory(page)) {
            throw new IllegalArgumentException("the report " + page + " would replace a folder; name a file");
        }
        WholeFile.write(page, of(folders));
    }

    /**
     * Learning curves of training runs: one picture per environment in which they were evaluated.
     *
     * @param folders at least one
     * @return pictures by environment id
     * @throws IllegalArgumentException as {@link #of}
     */
    public static Map<String, Picture> curves(List<Path> folders) {
        Map<String, List<RunGroup>> byEnv = new LinkedHashMap<>();
        RunGroup.of(folders.stream().map(RunFolder::read).toList())
                .forEach(group -> byEnv.computeIfAbsent(group.env(), _ -> new ArrayList<>()).add(group));
        Map<String, Picture> pictures = new LinkedHashMap<>();
        byEnv.forEach((env, groups) -> ReportPage.returns(env, groups)
                .ifPresent(curves -> pictures.put(env, curves)));
        return pictures;
    }
}
