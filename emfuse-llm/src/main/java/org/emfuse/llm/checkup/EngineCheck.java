package org.emfuse.llm.checkup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
        InstalledEngine used = inUse(engines);
        Optional<String> problem = engines.problemOf(used);
        findings.add(problem.isEmpty() ? works(inUse(engines), engines.reason()) : fails(engines, used, problem.get()));
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

    private static Finding works(InstalledEngine used, EngineSelection.Reason reason) {
        String text = used.name() + ", llama.cpp " + used.version() + ", in use (" + reason.words() + ")"
                + (used.verified() ? ", verified, " : ", not verified: no GPU has run it here, ")
                + used.systemInfo();
        boolean slow = reason == EngineSelection.Reason.NOTHING;
        return slow
                ? Finding.warning("engine", text, Network.allowed()
                        ? "a faster engine is fetched with npm by the next command, or by: ./emfuse engine install"
                        : "a faster engine can be fetched without " + Network.VARIABLE + ": ./emfuse engine install")
                : Finding.ok("engine", text);
    }

    private static Finding fails(Engines engines, InstalledEngine used, String problem) {
        String text = used.name() + " does not load here: " + problem.replace('\n', ' ');
        InstalledEngine embedded = engines.list().getFirst();
        boolean rescue = !used.equals(embedded) && engines.problemOf(embedded).isEmpty();
        return rescue
                ? Finding.warning("engine", text + "; the embedded one runs instead",
                        "./emfuse engine use auto, or remove it")
                : Finding.problem("engine", text,
                        "./emfuse engine install, or name a build with ./emfuse engine use PATH");
    }
}
