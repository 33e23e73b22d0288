package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.ColumnMapping;
import org.emfuse.rl.data.ColumnMappingFile;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Episodes;
import org.emfuse.rl.data.ImportedTable;
import org.emfuse.rl.data.MinariImport;
import org.emfuse.rl.data.TableImport;
import org.emfuse.rl.data.Transitions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Logs from elsewhere as a data set. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Turns logs into a data set (HDF5, D4RL's layout): CSV or Parquet tables with one row per step, or a Minari data set.",
    "For tables say which columns are what, with --columns or --mapping.", ""}, footer = {"", "Examples:",
        "  emfuse rl import trips.csv --columns 'observation=x,v;action=u;reward=r;episode=trip;time=t' \\",
        "      --output trips.hdf5",
        "  emfuse rl import site-a.parquet --mapping columns.yaml --output site-a.hdf5",
        "  emfuse rl import ~/.minari/datasets/D4RL/pen/human-v2 --output pen.hdf5"})
final class ImportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "INPUT", description = "A CSV or Parquet file, or a Minari data set: its folder or main_data.hdf5.")
    private Path input = Path.of("");

    @Option(names = "--columns", paramLabel = "TEXT", description = "Which columns are what: observation=a,b;action=c;reward=d;episode=e, and if there are time=, terminal=, timeout=, next_observation=.")
    @Nullable
    private String columns;

    @Option(names = "--mapping", paramLabel = "FILE", description = "The same as a YAML or JSON file.")
    @Nullable
    private Path mapping;

    @Option(names = "--delimiter", paramLabel = "C", defaultValue = ",", description = "Between the cells of a CSV file; tab for tabs. Default: a comma.")
    private String delimiter = ",";

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The HDF5 file to write.")
    private Path file = Path.of("");

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** What was read. */
    private record Imported(Transitions transitions, Map<String, String> metadata, List<String> notes) {}

    @Override
    public Integer call() {
        output.requirePlaces();
        OutputPlace.requireNew(file);
        Imported imported = columns == null && mapping == null ? minari() : table();
        imported.notes.forEach(output::notice);
        D4rlFile.write(file, imported.transitions, imported.metadata);
        report(imported);
        return 0;
    }

    private Imported minari() {
        if (!Files.isDirectory(input) && !input.toString().endsWith(".hdf5")) {
            throw new IllegalArgumentException("say which columns of " + input
                    + " are what, with --columns or --mapping; only a Minari data set needs none");
        }
        MinariImport read = MinariImport.read(input);
        Map<String, String> metadata = new LinkedHashMap<>();
        read.metadata().forEach((name, value) -> metadata.put("minari." + name, value));
        metadata.put("imported_from", input.toString());
        return new Imported(read.transitions(), metadata, read.notes());
    }

    private Imported table() {
        if (columns != null && mapping != null) {
            throw new IllegalArgumentException("give --columns or --mapping, not both");
        }
        if (Files.isDirectory(input)) {
            throw new IllegalArgumentException(input + " is a folder; name one CSV or Parquet file");
        }
        ColumnMapping roles = columns == null
                ? ColumnMappingFile.read(mapping == null ? Path.of("") : mapping)
                : ColumnMapping.parse(columns);
        ImportedTable read = TableImport.read(input, roles, delimiter());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("imported_from", input.toString());
        metadata.put("imported_sha256", Sha256.of(input));
        metadata.put(RlRecord.OBSERVATION_NAMES, RlRecord.written(roles.observation()));
        metadata.put(RlRecord.ACTION_NAMES, RlRecord.written(roles.action()));
        return new Imported(read.transitions(), metadata, read.notes());
    }

    private char delimiter() {
        String text = delimiter.equalsIgnoreCase("tab") ? "\t" : delimiter;
        if (text.length() != 1 || text.charAt(0) == '"' || text.charAt(0) == '\n' || text.charAt(0) == '\r') {
            throw new IllegalArgumentException("--delimiter expects one character, or tab, found '" + delimiter + "'");
        }
        return text.charAt(0);
    }

    private void report(Imported imported) {
        Transitions data = imported.transitions;
        int episodes = Episodes.of(data).size();
        if (!output.jsonOnly()) {
            output.out().printf(Locale.ROOT, "%s: %d transitions in %d episodes, %d observation and %d action"
                    + " coordinates, content sha256 %s%n", file, data.size(), episodes, data.observationSize(),
                    data.actionSize(), data.contentHash());
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("file", file.toString());
        result.put("transitions", data.size());
        result.put("episodes", episodes);
        result.put("content_sha256", data.contentHash());
        result.put("notes", imported.notes);
        result.put("run", RlRecord.of("rl import", output.arguments(), 0, imported.metadata, Map.of()));
        output.writeJson(result);
    }
}
