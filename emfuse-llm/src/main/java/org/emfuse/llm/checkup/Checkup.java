package org.emfuse.llm.checkup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.engine.NpmClient;
import org.emfuse.llm.experts.Calibration;
import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.model.Network;
import org.emfuse.llm.model.PipSource;

/** Looks over a machine. Nothing is fetched; engines that were never tried are tried in a process of their own. */
public final class Checkup {

    private static final long ANSWER_SECONDS = 30;

    private final CacheFolder cache;
    private final EngineRequest request;
    private final FileHashes hashes;

    /**
     * A checkup of a cache.
     *
     * @param request the engine of commands whose own options name none
     */
    public Checkup(CacheFolder cache, EngineRequest request) {
        this.cache = cache;
        this.request = request;
        this.hashes = new FileHashes(cache);
    }

    /** What was found, in the order in which things depend on each other. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(MachineCheck.findings(cache));
        if (findings.stream().anyMatch(finding -> finding.state() == Finding.State.PROBLEM)) {
            return findings; // without a cache nothing else can be tried
        }
        Engines engines = new Engines(cache, new Trust(cache, hashes, notice -> {}), notice -> {}, request);
        Calibration calibration = new Calibration(cache, hashes, Runtime.getRuntime().availableProcessors(),
                notice -> {});
        findings.addAll(EngineCheck.findings(engines, calibration));
        Optional<String> pip = PipSource.CLIENTS.stream().filter(Checkup::answers).findFirst()
                .map(client -> String.join(" ", client));
        findings.addAll(ModelCheck.findings(cache, hashes, pip.isPresent()));
        findings.add(npm());
        findings.add(pip.isPresent()
                ? Finding.ok("pip", pip.get() + " answers")
                : Finding.warning("pip", "not found",
                        "models that Python packages hold are fetched with it; install it,"
                                + " for example with: apt-get install python3-pip"));
        findings.add(Network.allowed()
                ? Finding.ok("network", "may be used")
                : Finding.ok("network", "is not used: " + Network.VARIABLE + " is set"));
        return findings;
    }

    private static Finding npm() {
        try {
            return Finding.ok("npm", NpmClient.version());
        } catch (IOException e) {
            return Finding.warning("npm", String.valueOf(e.getMessage()),
                    "faster engines are fetched with it; install it, for example with: apt-get install npm");
        }
    }

    /** Whether a client says its version. */
    private static boolean answers(List<String> client) {
        List<String> command = new ArrayList<>(client);
        command.add("--version");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try {
                return process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
