package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Split;
import org.emfuse.rl.data.SplitConfig;
import org.emfuse.rl.data.SplitRecord;
import org.emfuse.rl.data.SplitRule;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Names;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One data set as several domains. */
@Command(name = "split", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Splits a data set into domains of whole episodes, and records which episode went where.", ""}, footer = {"",
        "Examples:", "  emfuse rl split mixed.hdf5 --output domains",
        "  emfuse rl split mixed.hdf5 --rule cluster --domains 4 --seed 3 --output domains",
        "  emfuse rl split mixed.hdf5 --rule speed_sorted --coordinate 'cart velocity' --output domains"})
final class SplitCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DATA", description = "The data set (HDF5).")
    private Path input = Path.of("");

    @Option(names = "--rule", paramLabel = "RULE", defaultValue = "return_sorted", description = "return_sorted, random, speed_sorted or cluster. Default: ${DEFAULT-VALUE}.")
    private String rule = "return_sorted";

    @Option(names = "--domains", paramLabel = "N", description = "How many, of equal shares. Default: 3.")
    @Nullable
    private Integer domains;

    @Option(names = "--shares", paramLabel = "X", split = ",", description = "Shares of the transitions instead, for example 0.6,0.3,0.1.")
    private List<Double> shares = List.of();

    @Option(names = "--coordinate", paramLabel = "NAME", description = "For speed_sorted: the observation coordinate that is the speed, by name or index.")
    @Nullable
    private String coordinate;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of what is random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", required = true, paramLabel = "FOLDER", description = "For domain-1.hdf5, domain-2.hdf5, ..., split.json.")
    private Path folder = Path.of("");

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (domains != null && !shares.isEmpty()) {
            throw new IllegalArgumentException("give --domains for equal shares or --shares, not both");
        }
        List<String> rules = List.of("return_sorted", "random", "speed_sorted", "cluster");
        SplitRule chosen = SplitRule
                .valueOf(Names.known("split rule", rule.toLowerCase(Locale.ROOT), rules).toUpperCase(Locale.ROOT));
        D4rlFile data = D4rlFile.read(input);
        data.notes().forEach(output::notice);
        OptionalInt speed = coordinate == null
                ? OptionalInt.empty()
                : OptionalInt.of(SplitConfig.coordinate(coordinate, RlRecord.observationNames(data.metadata())));
        SplitConfig config = new SplitConfig(chosen, seed,
                shares.isEmpty() ? SplitConfig.equalShares(domains == null ? 3 : domains) : shares,
                speed);
        SplitRecord record = Split.of(data.transitions(), config, data.transitions().contentHash());
        List<String> files = write(data, record);
        report(record, files);
        return 0;
    }

    private List<String> write(D4rlFile data, SplitRecord record) {
        RlRecord.makeFolder(folder);
        List<Path> files = new ArrayList<>();
        for (int d = 0; d < record.domains().size(); d++) {
            files.add(folder.resolve("domain-" + (d + 1) + ".hdf5"));
            OutputPlace.requireNew(files.getLast());
        }
        try {
            write(data, record, files);
        } catch (RuntimeException e) {
            files.forEach(file -> file.toFile().delete()); // all domains or none
            throw e;
        }
        return files.stream().map(Path::toString).toList();
    }

    private void write(D4rlFile data, SplitRecord record, List<Path> files) {
        List<Transitions> parts = record.apply(data.transitions());
        for (int d = 0; d < parts.size(); d++) {
            Map<String, String> metadata = new LinkedHashMap<>(data.metadata());
            metadata.put("split_sha256", record.sha256());
            metadata.put("split_domain", Integer.toString(d + 1));
            metadata.put("content_sha256", parts.get(d).contentHash());
            D4rlFile.write(files.get(d), parts.get(d), metadata);
        }
        record.write(folder.resolve("split.json"));
    }

    private void report(SplitRecord record, List<String> files) {
        Table table = new Table("domain", "episodes", "transitions", "mean return");
        for (int d = 0; d < files.size(); d++) {
            SplitRecord.Domain domain = record.domains().get(d);
            table.add(files.get(d), Integer.toString(domain.episodes().size()), Integer.toString(domain.transitions()),
                    String.format(Locale.ROOT, "%.4g", domain.meanReturn()));
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().println("split sha256 " + record.sha256());
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("files", files);
        result.put("split", record);
        output.writeJson(result);
    }
}
