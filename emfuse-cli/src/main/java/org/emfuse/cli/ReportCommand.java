package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.report.Picture;
import org.emfuse.rl.report.TrainingReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Training runs as a page and as pictures. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Draws the learning curves of training runs and puts scores, intervals and settings on one page.",
    "Runs that are not finished are shown as far as they are.", ""}, footer = {"", "Examples:",
        "  emfuse rl report runs/pendulum --html pendulum.html",
        "  emfuse rl report runs/*/* --html all.html --pictures curves"})
final class ReportCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Folders that rl train wrote.")
    private List<Path> folders = List.of();

    @Option(names = "--html", paramLabel = "FILE", description = "The page; it needs nothing else.")
    @Nullable
    private Path html;

    @Option(names = "--pictures", paramLabel = "FOLDER", description = "For one PNG of learning curves per environment.")
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
        List<String> files = new ArrayList<>();
        if (html != null) {
            RlRecord.requireFolderOf(html);
            TrainingReport.write(html, folders);
            files.add(html.toString());
        }
        if (pictures != null) {
            files.addAll(draw(pictures));
        }
        if (!output.jsonOnly()) {
            files.forEach(output.out()::println);
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files", files);
        output.writeJson(result);
        return 0;
    }

    private List<String> draw(Path folder) {
        Map<String, Picture> curves = TrainingReport.curves(folders);
        RlRecord.makeFolder(folder);
        List<String> files = new ArrayList<>();
        curves.forEach((env, picture) -> {
            Path file = folder.resolve(RlRecord.fileName(env) + ".png");
            picture.write(file);
            files.add(file.toString());
        });
        return files;
    }
}
