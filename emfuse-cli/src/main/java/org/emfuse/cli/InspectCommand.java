package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.data.Coverage;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.DataSetInspection;
import org.emfuse.rl.data.Inspection;
import org.emfuse.rl.data.InspectionConfig;
import org.emfuse.rl.data.Summary;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.report.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in data sets. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Shows what is in data sets: returns, lengths, ranges, oddities, and how far they cover each other's states.",
    ""}, footer = {"", "Examples:", "  emfuse rl inspect mixed.hdf5",
        "  emfuse rl inspect domains/domain-*.hdf5 --pictures pictures --json inspection.json"})
final class InspectCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "DATA", description = "Data sets (HDF5) of the same observations and actions.")
    private List<Path> files = List.of();

    @Option(names = "--pictures", paramLabel = "FOLDER", description = "For histograms as PNG.")
    @Nullable
    private Path pictures;

    @Option(names = "--bins", paramLabel = "N", defaultValue = "30", description = "Of the histograms. Default: ${DEFAULT-VALUE}.")
    private int bins;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Of the samples that coverage is estimated from. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Map<String, Transitions> data = new LinkedHashMap<>();
        Map<String, String> hashes = new LinkedHashMap<>();
        Map<String, String> metadata = Map.of();
        for (Path file : files) {
            D4rlFile read = D4rlFile.read(file);
            read.notes().forEach(note -> output.notice(file + ": " + note));
            data.put(file.toString(), read.transitions());
            hashes.put(file.toString(), read.transitions().contentHash());
            metadata = data.size() == 1 ? read.metadata() : metadata;
        }
        Inspection inspection = Inspection.of(data, new InspectionConfig(RlRecord.observationNames(metadata),
                RlRecord.actionNames(metadata), List.of(), List.of(), bins, seed));
        List<String> drawn = pictures == null ? List.of() : draw(inspection, pictures);
        if (!output.jsonOnly()) {
            inspection.dataSets().forEach(set -> print(set, hashes.getOrDefault(set.name(), "")));
            printCoverage(inspection.coverage());
            drawn.forEach(output.out()::println);
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("content_sha256", hashes);
        result.put("inspection", inspection);
        result.put("pictures", drawn);
        output.writeJson(result);
        return 0;
    }

    private void print(DataSetInspection set, String hash) {
        output.out().printf(Locale.ROOT, "%s: %d transitions, %d episodes (%d ended by the task, %d by time, %d by the"
                + " end of the data), content sha256 %s%n%n", set.name(), set.transitions(), set.episodes(),
                set.terminal(), set.timeout(), set.endOfData(), hash);
        Table table = new Table("", "min", "5 %", "25 %", "median", "75 %", "95 %", "max", "mean", "deviation");
        add(table, set.returns());
        add(table, set.lengths());
        add(table, set.reward());
        set.observation().forEach(variable -> add(table, variable));
        set.action().forEach(action -> add(table, action.variable()));
        output.out().println(table);
        oddities(set).forEach(line -> output.out().println("  " + line));
        output.out().println();
    }

    private static void add(Table table, DataSetInspection.Variable variable) {
        Summary s = variable.summary();
        table.add(variable.name(), number(s.min()), number(s.q05()), number(s.q25()), number(s.median()),
                number(s.q75()), number(s.q95()), number(s.max()), number(s.mean()), number(s.deviation()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** What somebody should look at before learning from the data. */
    private static List<String> oddities(DataSetInspection set) {
        List<String> lines = new ArrayList<>();
        set.action().forEach(action -> {
            if (action.variable().constant()) {
                lines.add(action.variable().name() + " is constant");
            } else if (action.atLimits() > 0.01) {
                lines.add(String.format(Locale.ROOT, "%s: %.0f %% at its limits %.4g and %.4g",
                        action.variable().name(), 100 * action.atLimits(), action.low(), action.high()));
            }
        });
        set.observation().stream().filter(DataSetInspection.Variable::constant)
                .forEach(variable -> lines.add(variable.name() + " is constant"));
        set.equalCoordinates().forEach(pair -> lines.add(String.join(" and ", pair) + " are equal everywhere"));
        DataSetInspection.Consistency consistency = set.consistency();
        if (consistency.different() > 0) {
            lines.add(String.format(Locale.ROOT,
                    "%d of %d next observations are not the observation that follows, by %.4g at most (transition %d)",
                    consistency.different(), consistency.compared(), consistency.largest(), consistency.transition()));
        }
        return lines;
    }

    private void printCoverage(List<Coverage> coverage) {
        if (coverage.isEmpty()) {
            return;
        }
        output.out().println("Coverage: the share of the states of one data set that another visits too");
        output.out().println();
        Table table = new Table("states of", "visited by", "coverage", "least in");
        coverage.forEach(c -> table.add(c.covered(), c.by(), String.format(Locale.ROOT, "%.2f", c.value()),
                String.join(", ", c.leastPair()) + String.format(Locale.ROOT, " (%.2f)", c.leastValue())));
        output.out().println(table);
    }

    private static List<String> draw(Inspection inspection, Path folder) {
        RlRecord.makeFolder(folder);
        List<String> drawn = new ArrayList<>();
        int number = 0;
        for (DataSetInspection set : inspection.dataSets()) {
            number++;
            List<DataSetInspection.Variable> variables = new ArrayList<>(
                    List.of(set.returns(), set.lengths(), set.reward()));
            variables.addAll(set.observation());
            set.action().forEach(action -> variables.add(action.variable()));
            for (DataSetInspection.Variable variable : variables) {
                if (variable.constant() || variable.histogram().counts().isEmpty()) {
                    continue; // nothing to see
                }
                Path file = folder.resolve(
                        String.format(Locale.ROOT, "%d-%s.png", number, RlRecord.fileName(variable.name())));
                new Histogram(set.name() + ": " + variable.name(), variable.name(),
                        variable.histogram().edges().stream().mapToDouble(Double::doubleValue).toArray(),
                        variable.histogram().counts().stream().mapToLong(Long::longValue).toArray()).write(file);
                drawn.add(file.toString());
            }
        }
        return drawn;
    }
}
