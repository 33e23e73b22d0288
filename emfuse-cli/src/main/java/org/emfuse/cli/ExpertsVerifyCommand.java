package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertsVerification;
import org.emfuse.llm.model.ModelException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether the files of an experts file are still what came. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Compares the files that an experts file names with what is known of them.",
    "That is the hashes of the catalog, the records of fetches, and for converted adapters their originals.",
    "Ends with code 1 if one is damaged or absent.", ""}, footer = {"", "Example:",
        "  emfuse experts verify models/demo.yaml"})
final class ExpertsVerifyCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
        Table table = new Table("file", "state", "compared with");
        List<Map<String, Object>> files = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (ExpertsVerification.Verified verified : ExpertsVerification.of(file, Workplace.store(output))) {
            table.add(verified.name(), verified.state().toString(), verified.comparedWith());
            files.add(record(verified));
            if (!verified.usable()) {
                bad.add(verified.name() + " is " + verified.state() + "; " + verified.advice());
            }
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().flush();
        }
        output.writeJson(Map.of("sound", bad.isEmpty(), "files", files));
        if (!bad.isEmpty()) {
            throw new ModelException(Failures.problems(file.path(), bad), null);
        }
        return 0;
    }

    private static Map<String, Object> record(ExpertsVerification.Verified verified) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("name", verified.name());
        record.put("file", verified.file().toString());
        record.put("state", verified.state().toString());
        record.put("comparedWith", verified.comparedWith());
        return record;
    }
}
