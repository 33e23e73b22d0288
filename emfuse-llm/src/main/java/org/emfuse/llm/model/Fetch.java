package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.wording.FileFailure;
import org.emfuse.wording.Megabytes;

/** Brings files into the cache, each once however many ask for it, and only with the right content. */
final class Fetch {

    private final CacheFolder cache;
    private final FileHashes hashes;
    private final BooleanSupplier network;
    private final Consumer<String> notices;
    private final FetchListener listener;

    /**
     * Fetches into a cache.
     *
     * @param network whether it may be used
     */
    Fetch(CacheFolder cache, FileHashes hashes, BooleanSupplier network, Consumer<String> notices,
            FetchListener listener) {
        this.cache = cache;
        this.hashes = hashes;
        this.network = network;
        this.notices = notices;
        this.listener = listener;
    }

    /**
     * The file, fetched unless it is here.
     *
     * @throws ModelException if no source has it; the message lists every source's reason
     */
    Path of(Wanted wanted) {
        if (wanted.isHere(hashes)) {
            return wanted.target();
        }
        List<ModelSource> sources = wanted.sources().stream()
                .filter(source -> network.getAsBoolean() || source instanceof LocalSource).toList();
        if (sources.isEmpty()) {
            boolean damaged = wanted.expected().isPresent() && Files.exists(wanted.target());
            throw new ModelException(Network.VARIABLE + " is set and " + wanted.name() + (damaged
                    ? " is damaged in the cache: " + wanted.target() + " is not what came"
                    : " is not in the cache " + cache.models()) + "; it would be fetched " + (damaged ? "anew " : "")
                    + "from "
                    + String.join(" or ", wanted.sources().stream().map(ModelSource::description).toList())
                    + ". Fetch it where there is a network. " + haveIt(wanted), null);
        }
        try (FetchLock lock = FetchLock.of(cache, wanted.target(),
                () -> notices.accept("somebody else is fetching " + wanted.name() + "; waiting"))) {
            Objects.requireNonNull(lock);
            if (!wanted.isHere(hashes)) {
                fromAny(wanted, sources);
            }
            return wanted.target();
        } catch (IOException e) {
            throw new ModelException(wanted.name() + " could not be put into " + cache.models() + ": "
                    + FileFailure.reason(e) + ". Set " + CacheFolder.VARIABLE + " to a folder with room.", e);
        }
    }

    private void fromAny(Wanted wanted, List<ModelSource> sources) throws IOException {
        Path folder = Objects.requireNonNull(wanted.target().getParent());
        Files.createDirectories(folder);
        StringBuilder reasons = new StringBuilder();
        for (int k = 0; k < sources.size(); k++) {
            ModelSource source = sources.get(k);
            notices.accept("fetching " + wanted.name() + wanted.entry().map(entry -> " (" + Megabytes.of(entry.bytes())
                    + ", licence " + entry.licence() + ") from " + source.description()).orElse("") + ", once");
            try {
                accept(source.fetch(folder, listener), wanted, source);
                return;
            } catch (IOException e) {
                String reason = source.description() + ": " + FileFailure.reason(e);
                reasons.append("\n  ").append(reason);
                if (k < sources.size() - 1) {
                    notices.accept(reason);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ModelException("fetching " + wanted.name() + " was interrupted", e);
            }
        }
        throw new ModelException(wanted.name() + " could not be fetched:" + reasons + "\n"
                + (wanted.entry().isPresent() ? "" : sources.getFirst().advice() + ". ") + haveIt(wanted), null);
    }

    /** Only what the catalog knows the hash of is taken from where somebody put it. */
    private static String haveIt(Wanted wanted) {
        return "If you have the file, name it by its path" + (wanted.entry().isPresent()
                ? " or put it at " + wanted.target()
                : "");
    }

    /** Gives a file its name if its content is the right one. */
    private void accept(Path fetched, Wanted wanted, ModelSource source) throws IOException {
        boolean byName = FetchRecord.read(wanted.target()).map(FetchRecord::byName).orElse(false);
        FetchRecord found = new FetchRecord(source.name(), Files.size(fetched), hashes.of(fetched), byName);
        if (wanted.entry().isPresent() && !found.sha256().equals(wanted.entry().get().sha256())) {
            Files.delete(fetched);
            throw new IOException("the file has SHA-256 " + found.sha256() + ", expected "
                    + wanted.entry().get().sha256());
        }
        Files.move(fetched, wanted.target(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        found.write(wanted.target());
        for (ModelSource each : wanted.sources()) {
            for (Path left : FetchParts.of(Objects.requireNonNull(wanted.target().getParent()), each)) {
                CacheFolder.remove(left);
            }
        }
    }
}
