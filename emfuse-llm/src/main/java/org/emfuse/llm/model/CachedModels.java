package org.emfuse.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
     * @param reference what tells size and hash, in words; empty if nothing does, because it never came
     */
    public record Entry(String name, Path file, long bytes, String sha256, Optional<String> licence,
            List<String> sources, State state, String reference) {}

    /** Those of the catalog, then those that were fetched by their source; nothing is read but sizes. */
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (String name : store.catalog().names()) {
            entries.add(look(name));
        }
        for (Wanted wanted : direct()) {
            entries.add(entry(wanted, false));
        }
        return entries;
    }

    /** Whether a name is a source or one of the catalog. */
    public boolean knows(String name) {
        return SourceNames.parse(name).isPresent() || store.catalog().find(name).isPresent();
    }

    /**
     * Refuses a name that is neither a source nor one of the catalog.
     *
     * @throws IllegalArgumentException if it is so
     */
    public void requireKnown(String name) {
        wanted(name);
    }

    private Wanted wanted(String name) {
        if (!knows(name) && ModelStore.local(name, Path.of("")).filter(Files::exists).isPresent()) {
            throw new IllegalArgumentException(name + " is a path; expected a model of the cache, by the name that"
                    + " 'emfuse models list' shows. For a file of yours no hash is known; 'emfuse models inspect'"
                    + " shows what it has");
        }
        return store.wanted(name, Path.of(""));
    }

    /**
     * A model; nothing is read but sizes.
     *
     * @throws IllegalArgumentException if the name is neither a source nor one of the catalog
     */
    public Entry look(String name) {
        return entry(wanted(name), false);
    }

    /**
     * A model with its content read and checked.
     *
     * @throws IllegalArgumentException if the name is neither a source nor one of the catalog
     */
    public Entry verify(String name) {
        return entry(wanted(name), true);
    }

    /** What a fetched model was when it came; empty if it was not fetched. */
    public Optional<FetchRecord> record(String name) {
        return FetchRecord.read(wanted(name).target());
    }

    /** Notes that somebody asked for a fetched model itself, and not only for an experts file that names it. */
    public void keep(String name) {
        try {
            FetchRecord.keep(wanted(name).target());
        } catch (IOException e) {
            // A cache that is not ours to write: nobody can remove anything from it either.
            System.getLogger(CachedModels.class.getName()).log(System.Logger.Level.DEBUG, "not noted: " + name, e);
        }
    }

    /** Bytes of a model's file and of what a stopped fetch left of it; 0 if nothing is here. */
    public long bytes(String name) {
        try {
            return files(wanted(name)).stream().mapToLong(Remains::bytes).sum();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + store.cache().models() + " could not be read", e);
        }
    }

    /**
     * Removes a model's file and what a stopped fetch left of it.
     *
     * @return bytes that are free now, 0 if nothing was here
     * @throws IllegalArgumentException if the name is neither a source nor one of the catalog
     */
    public long remove(String name) {
        Wanted wanted = wanted(name);
        Path folder = Objects.requireNonNull(wanted.target().getParent());
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (FetchLock lock = FetchLock.of(store.cache(), wanted.target(), () -> {})) {
            Objects.requireNonNull(lock);
            long bytes = 0;
            for (Path file : files(wanted)) {
                bytes += Remains.bytes(file);
                CacheFolder.remove(file);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be removed from " + folder, e);
        }
    }

    /** A model's file, its record, and what stopped fetches left. */
    private static List<Path> files(Wanted wanted) throws IOException {
        Path folder = Objects.requireNonNull(wanted.target().getParent());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        String file = wanted.target().getFileName().toString();
        Set<Path> files = new LinkedHashSet<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(each -> each.getFileName().toString().equals(file)
                    || each.getFileName().toString().startsWith("." + file + ".")).forEach(files::add);
        }
        for (ModelSource source : wanted.sources()) {
            files.addAll(FetchParts.of(folder, source));
        }
        return List.copyOf(files);
    }

    private Entry entry(Wanted wanted, boolean read) {
        Optional<FetchRecord> expected = wanted.expected();
        return new Entry(wanted.name(), wanted.target(), expected.map(FetchRecord::bytes).orElse(-1L),
                expected.map(FetchRecord::sha256).orElse(""), wanted.entry().map(CatalogEntry::licence),
                wanted.sources().stream().map(ModelSource::name).toList(), state(wanted, expected, read),
                wanted.entry().isPresent() ? "the catalog" : expected.isPresent() ? "the record of its fetch" : "");
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
