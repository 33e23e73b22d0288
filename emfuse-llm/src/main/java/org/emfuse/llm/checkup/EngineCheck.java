package org.emfuse.llm.checkup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineNames;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.experts.Calibration;
import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.InstalledEngine;
import org.emfuse.llm.model.Network;

/** Which engine would run, whether it works, and what was measured on it. */
final class EngineCheck {

    private EngineCheck() {}

    static List<Finding> findings(Engines engines, Calibration calibration) {
        List<Finding> findings = new ArrayList<>();
        InstalledEngine used;
        try {
            used = inUse(engines);
        } catch (EngineException e) {
            String message = String.valueOf(e.getMessage());
            return List.of(Finding.problem("engine", message, "./emfuse engine use auto"));
        }
        if (used.installed()) {
            Optional<String> problem = engines.problemOf(used);
            findings.add(problem.isEmpty() ? works(inUse(engines), engines) : fails(engines, used, problem.get()));
        } else {
            findings.add(absent(used, engines));
        }
        for (InstalledEngine engine : engines.list()) {
            if (engine.installed() && !engine.inUse()) {
                findings.add(Finding.ok("engine", engine.name() + ", llama.cpp " + engine.version() + ", installed"
                        + (engine.verified() ? ", verified" : ", not verified")));
            }
        }
        for (Calibration.Result result : calibration.results()) {
            StringBuilder text = new StringBuilder(result.plan().description(result.experts())).append(" for ")
                    .append(result.experts()).append(result.experts() == 1 ? " expert on " : " experts on ")
                    .append(String.join(", ", result.models())).append(", llama.cpp ").append(result.engine())
                    .append(" (");
            String separator = "";
            for (Calibration.Timing timing : result.timings()) {
                text.append(separator).append(String.format(Locale.ROOT, "%s: %.1f ms",
                        timing.plan().description(result.experts()), timing.milliseconds()));
                separator = "; ";
            }
            findings.add(Finding.ok("evaluation", text.append(')').toString()));
        }
        if (calibration.results().isEmpty()) {
            findings.add(Finding.ok("evaluation", "not measured yet; the first command with experts does"));
        }
        return findings;
    }

    private static InstalledEngine inUse(Engines engines) {
        return engines.list().stream().filter(InstalledEngine::inUse).findFirst().orElseThrow();
    }

    private static Finding works(InstalledEngine used, Engines engines) {
        EngineSelection selection = engines.selection();
        String text = used.name() + ", llama.cpp " + used.version() + ", in use (" + engines.reason() + ")"
                + (used.verified() ? ", verified, " : ", not verified: no GPU has run it here, ")
                + used.systemInfo();
        if (selection.reason() == EngineSelection.Reason.NOTHING) {
            return Finding.warning("engine", text, Network.allowed()
                    ? "a faster engine is fetched with npm by the next command, or by: ./emfuse engine install"
                    : "a faster engine can be fetched without " + Network.VARIABLE + ": ./emfuse engine install");
        }
        boolean instead = !(selection.target() instanceof EngineSelection.Embedded) && used.bytes() == 0
                && used.name().equals(EngineNames.EMBEDDED);
        return instead
                ? Finding.warning("engine", text, (selection.target() instanceof EngineSelection.Build build
                        ? "to fetch what was chosen: ./emfuse engine use " + build.build().name()
                        : "to choose another: ./emfuse engine use NAME, for one of ./emfuse engine list")
                        + "; to forget the choice: ./emfuse engine use auto")
                : Finding.ok("engine", text);
    }

    /** Asked for, and not here. */
    private static Finding absent(InstalledEngine used, Engines engines) {
        String text = used.name() + ", " + engines.reason() + ", is not here";
        boolean known = engines.selection().target() instanceof EngineSelection.Build;
        return known && Network.allowed()
                ? Finding.warning("engine", text,
                        "the next command fetches it with npm, or: ./emfuse engine install " + used.name())
                : Finding.problem("engine", text, (known
                        ? "allow fetching (" + Network.VARIABLE + " is set), or "
                        : "") + "name another there; what there is: ./emfuse engine list");
    }

    private static Finding fails(Engines engines, InstalledEngine used, String problem) {
        EngineSelection selection = engines.selection();
        String text = used.name() + " does not load here: " + problem.replace('\n', ' ');
        if (selection.asked()) {
            return Finding.problem("engine", text + "; it was " + selection.words(),
                    (selection.target() instanceof EngineSelection.Build
                            ? "to fetch it anew: ./emfuse engine install " + used.name() + "; or "
                            : "") + "name another there, for example embedded; what there is: ./emfuse engine list");
        }
        InstalledEngine embedded = engines.list().getFirst();
        boolean rescue = !used.equals(embedded) && engines.problemOf(embedded).isEmpty();
        return rescue
                ? Finding.warning("engine", text + "; the embedded one runs instead",
                        selection.target() instanceof EngineSelection.Build
                                ? "to fetch it anew: ./emfuse engine install " + used.name()
                                : "./emfuse engine use auto, or remove it")
                : Finding.problem("engine", text,
                        "./emfuse engine install, or name a build with ./emfuse engine use PATH");
    }
}
