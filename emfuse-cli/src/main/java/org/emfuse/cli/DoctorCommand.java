package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.checkup.Checkup;
import org.emfuse.llm.checkup.Finding;
import org.emfuse.llm.checkup.Finding.State;
import org.emfuse.llm.model.CacheFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether this machine is ready, and what to do where it is not. */
@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Says whether this machine is ready, which engine would run and why, and what to do where something is missing.",
    "Exit code 0 where deciding works.", ""}, footer = {"", "Examples:", "  emfuse doctor", "  emfuse doctor --json -"})
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        List<Finding> findings = new ArrayList<>(
                new Checkup(CacheFolder.ofUser(), output.config().engine()).findings());
        findings.add(ConfigFile.finding());
        findings.add(Finding.ok("terminal", (Boolean.getBoolean("emfuse.terminal") ? "yes" : "no")
                + ", colours " + (OutputOptions.colours() ? "on" : "off") + ", " + System.out.charset()));
        boolean works = findings.stream().noneMatch(finding -> finding.state() == State.PROBLEM);
        if (!output.jsonOnly()) {
            for (Finding finding : findings) {
                output.out().printf(Locale.ROOT, "%-8s %-11s %s%n", finding.state().name().toLowerCase(Locale.ROOT),
                        finding.subject(), finding.text());
                if (!finding.advice().isEmpty()) {
                    output.out().printf(Locale.ROOT, "%-20s -> %s%n", "", finding.advice());
                }
            }
            output.out().println(works ? "Deciding works." : "Deciding does not work.");
            output.out().flush();
        }
        output.writeJson(Map.of("works", works, "findings", findings));
        return works ? 0 : Failures.FAILURE;
    }
}
