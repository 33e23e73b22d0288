package org.emfuse.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;

/** What is in the cache, against what it should be. */
public final class CachedModels {

    private final ModelStore store;

    /** The models of a store. */
    public CachedModels(ModelStore store) {
        this.store = store;
    }

    /** Whether a file is here. */
    public enum State {
        /** Not here; it would be fetched. */
        ABSENT,
        /** Here, with the size that it should have; its content is not read. */
        PRESENT,
        /** Here, and its content hashes to what it should. */
        SOUND,
        /** Here, but with another content. */
        DAMAGED;

        /** In lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A model.
     *
     * @param name by which it can be fetched
     * @param file where it lies, or would lie
     * @param bytes its size
     * @param sha256 its hash, in hex
     * @param licence what its use is bound to; empty if it is not known
     * @param sources where it can be had
     */
    public record Entry(String name, Path file, long bytes, String sha256, Optional<String> licence,
            List<String> sources, State state) {}

    /** Those of the catalog, then those that were fetched by their source; nothing is read but sizes. */
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (String name : store.catalog().names()) {
            entries.add(entry(store.wanted(name, Path.of("")), false));
        }
        for (Wanted wanted : direct()) {
            entries.add(entry(wanted, false));
        }
        return entries;
    }

    /**
     * Refuses a name that is neither a source nor one of the catalog.
     *
     * @throws IllegalArgumentException if it is so
     */
    public void requireKnown(String name) {
        store.wanted(name, Path.of(""));
    }

    /**
     * A model with its content read and checked.
     *
     * @throws IllegalArgumentException if the name is neither a source nor one of the catalog
     */
    public Entry verify(String name) {
        return entry(store.wanted(name, Path.of("")), true);
    }

    /**
     * Removes a model's file and what a stopped fetch left of it.
     *
     * @return bytes that are free now, 0 if nothing was here
     * @throws IllegalArgumentException if the name is neither a source nor one of the catalog
     */
    public long remove(String name) {
        Wanted wanted = store.wanted(name, Path.of(""));
        Path folder = wanted.target().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return 0;
        }
        try (FetchLock lock = FetchLock.of(store.cache(), wanted.target(), () -> {});
                Stream<Path> files = Files.list(folder)) {
            Objects.requireNonNull(lock);
            long bytes = 0;
            String file = wanted.target().getFileName().toString();
            for (Path each : files.toList()) {
                String found = each.getFileName().toString();
                if (found.equals(file) || found.startsWith("." + file + ".")) {
                    bytes += Files.size(each);
                    Files.delete(each);
                }
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be removed from " + folder, e);
        }
    }

    private Entry entry(Wanted wanted, boolean read) {
        Optional<FetchRecord> expected = wanted.expected();
        return new Entry(wanted.name(), wanted.target(), expected.map(FetchRecord::bytes).orElse(-1L),
                expected.map(FetchRecord::sha256).orElse(""), wanted.entry().map(CatalogEntry::licence),
                wanted.sources().stream().map(ModelSource::name).toList(), state(wanted, expected, read));
    }

    private State state(Wanted wanted, Optional<FetchRecord> expected, boolean read) {
        long size = wanted.target().toFile().length();
        if (expected.isEmpty() || !Files.isRegularFile(wanted.target())) {
            return State.ABSENT;
        }
        if (size != expected.get().bytes()) {
            return State.DAMAGED;
        }
        if (!read) {
            return State.PRESENT;
        }
        // Not the remembered hash: a disk can go bad without a change of the file's time.
        return Sha256.of(wanted.target()).equals(expected.get().sha256())
                ? State.SOUND
                : State.DAMAGED;
    }

    private List<Wanted> direct() {
        if (!Files.isDirectory(store.cache().models())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store.cache().models())) {
            return files.sorted().flatMap(file -> FetchRecord.fileOf(file).stream())
                    .flatMap(file -> FetchRecord.read(file).stream()).flatMap(record -> source(record).stream())
                    .filter(wanted -> FetchRecord.read(wanted.target()).isPresent()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + store.cache().models() + " could not be read", e);
        }
    }

    /** A record of a model that came through the catalog names a source too, but lies elsewhere. */
    private Optional<Wanted> source(FetchRecord record) {
        try {
            return SourceNames.parse(record.source()).map(source -> Wanted.of(source, store.cache()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
