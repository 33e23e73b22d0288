package org.emfuse.llm.checkup;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.CachedModels.Entry;
import org.emfuse.llm.model.CachedModels.State;
import org.emfuse.llm.model.CatalogEntry;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.model.ModelCatalog;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.model.Network;
import org.emfuse.llm.model.PipSource;
import org.emfuse.wording.Megabytes;

/** Whether the catalog's models are here and what they should be, and what else was fetched. */
final class ModelCheck {

    private ModelCheck() {}

    /**
     * One finding per model of the catalog, one for all others.
     *
     * @param pip whether Python's client can fetch
     */
    static List<Finding> findings(CacheFolder cache, FileHashes hashes, boolean pip) {
        List<Finding> findings = new ArrayList<>();
        try {
            ModelCatalog catalog = ModelCatalog.of(cache);
            List<Entry> others = new ArrayList<>();
            for (Entry entry : new CachedModels(new ModelStore(cache, catalog, notice -> {})).list()) {
                catalog.find(entry.name()).ifPresentOrElse(
                        known -> findings.add(finding(entry, known, hashes, pip)), () -> others.add(entry));
            }
            if (!others.isEmpty()) {
                findings.add(others(others));
            }
        } catch (IllegalArgumentException | UncheckedIOException e) {
            findings.add(Finding.problem("model", String.valueOf(e.getMessage()),
                    "correct the catalog in " + cache.root() + ", or remove it"));
        }
        return findings;
    }

    private static Finding finding(Entry entry, CatalogEntry known, FileHashes hashes, boolean pip) {
        String size = entry.name() + " (" + Megabytes.of(entry.bytes()) + ")";
        if (!Files.isRegularFile(entry.file())) {
            boolean sources = known.sources().stream().anyMatch(source -> pip || !(source instanceof PipSource));
            return Network.allowed() && sources
                    ? Finding.ok("model", size + ", not here, fetched when it is first used")
                    : Finding.warning("model", size + " is not here and cannot be fetched",
                            (Network.allowed() ? "install pip" : "allow the network (" + Network.VARIABLE + " is set)")
                                    + ", or put the file at " + entry.file());
        }
        return entry.state() == State.DAMAGED || !hashes.of(entry.file()).equals(entry.sha256())
                ? Finding.warning("model", size + " is damaged: its content is not what it should be",
                        "remove it, and it is fetched again when it is next used: ./emfuse models remove "
                                + entry.name())
                : Finding.ok("model", size + ", here, verified by its hash");
    }

    /** They can be many and large, so their content is not read. */
    private static Finding others(List<Entry> entries) {
        String text = entries.size() + " fetched by source ("
                + Megabytes.of(entries.stream().mapToLong(Entry::bytes).sum())
                + "), not verified now";
        List<String> damaged = entries.stream().filter(entry -> entry.state() == State.DAMAGED).map(Entry::name)
                .toList();
        return damaged.isEmpty()
                ? Finding.ok("model", text + ": ./emfuse models verify reads them")
                : Finding.warning("model",
                        text + "; of another size than they came with: " + String.join(", ", damaged),
                        "./emfuse models remove NAME; they are fetched again when they are next used");
    }
}
