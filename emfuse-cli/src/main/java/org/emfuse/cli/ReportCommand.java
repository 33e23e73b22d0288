package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.report.ExperimentReport;
import org.emfuse.rl.report.Picture;
import org.emfuse.rl.report.TrainingReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Training runs, or an experiment, as a page and as pictures. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Draws the learning curves of training runs and puts scores, intervals and settings on one page.",
    "The folder of an experiment, from rl quickstart or rl table, is recognised: its page also shows what the simulators do and",
    "what everything cost. What is not finished is shown as far as it is.", ""}, footer = {"", "Examples:",
        "  emfuse rl report runs/pendulum --html pendulum.html",
        "  emfuse rl report runs/*/* --html all.html --pictures curves",
        "  emfuse rl report runs/quickstart-smoke-1 --html report.html --pictures pictures"})
final class ReportCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders that rl train or rl policy wrote, or one of rl quickstart or rl table.")
    private List<Path> folders = List.of();

    @Option(names = "--html", paramLabel = "FILE", description = "The page; it needs nothing else.")
    @Nullable
    private Path html;

    @Option(names = "--pictures", paramLabel = "FOLDER", description = "For the pictures as PNG: learning curves per environment, or all of an experiment.")
    @Nullable
    private Path pictures;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (html == null && pictures == null) {
            throw new IllegalArgumentException("nothing to write: give --html FILE or --pictures FOLDER");
        }
        if (html != null) {
            OutputPlace.require(html);
        }
        List<String> files = folders.stream().anyMatch(ExperimentFolder::is) ? experiment() : runs();
        if (!output.jsonOnly()) {
            files.forEach(output.out()::println);
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files", files);
        output.writeJson(result);
        return 0;
    }

    private List<String> runs() {
        List<String> files = new ArrayList<>();
        if (html != null) {
            TrainingReport.write(html, folders);
            files.add(html.toString());
        }
        if (pictures != null) {
            files.addAll(draw(pictures, TrainingReport.curves(folders)));
        }
        return files;
    }

    private List<String> experiment() {
        if (folders.size() > 1) {
            throw new IllegalArgumentException("the folder of an experiment is reported alone, found " + folders.size()
                    + " folders; call rl report once for each experiment");
        }
        return written(folders.getFirst(), html, pictures, output);
    }

    /** Writes the report of an experiment; the names of the files. */
    static List<String> written(Path experiment, @Nullable Path html, @Nullable Path pictures, OutputOptions output) {
        ExperimentReport report = ExperimentReport.of(experiment);
        report.problems().forEach(problem -> output.notice("left out: " + problem));
        List<String> files = new ArrayList<>();
        if (html != null) {
            report.write(html);
            files.add(html.toString());
        }
        if (pictures != null) {
            RlRecord.makeFolder(pictures);
            report.draw(pictures).forEach(file -> files.add(file.toString()));
        }
        return files;
    }

    private static List<String> draw(Path folder, Map<String, Picture> pictures) {
        RlRecord.makeFolder(folder);
        List<String> files = new ArrayList<>();
        pictures.forEach((name, picture) -> {
            Path file = folder.resolve(RlRecord.fileName(name) + ".png");
            picture.write(file);
            files.add(file.toString());
        });
        return files;
    }
}
