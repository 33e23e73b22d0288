package org.emfuse.llm.experts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.FetchLock;
import org.emfuse.llm.model.FetchRecord;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.wording.ShellWord;

/**
 * Removes from the cache what one experts file alone had fetched or converted there. Kept are files of the user's, whatever
 * another experts file names that was used with this cache, models that somebody fetched by their name, and files that
 * were not fetched.
 */
public final class ExpertsRemoval {

    private final ExpertsFile file;
    private final ModelStore store;
    private final CachedModels models;
    private final UsedExpertsFiles used;
    private final Map<Path, Path> needed = new HashMap<>();

    /** A removal; nothing happens yet. */
    public ExpertsRemoval(ExpertsFile file, ModelStore store) {
        this.file = file;
        this.store = store;
        this.models = new CachedModels(store);
        this.used = new UsedExpertsFiles(store.cache());
        for (Path other : used.others(file)) {
            try {
                for (NamedFile named : NamedFile.of(ExpertsFile.read(other), store)) {
                    needed.putIfAbsent(NamedFile.real(named.path()), other);
                }
            } catch (IllegalArgumentException e) {
                store.notices().accept("what " + other + " names cannot be told, and is not spared: " + e.getMessage());
            }
        }
    }

    /**
     * A file of the experts file.
     *
     * @param name as the experts file has it
     * @param bytes that its removal frees; 0 if it is kept or not here
     * @param kept why it stays; empty if it goes or is not here
     */
    public record Item(String name, Path file, long bytes, Optional<String> kept) {}

    /** What {@link #run} would do now. */
    public List<Item> plan() {
        return NamedFile.of(file, store).stream().map(named -> {
            Optional<String> kept = kept(named);
            return new Item(named.name(), named.path(), kept.isPresent() ? 0 : bytes(named), kept);
        }).toList();
    }

    /**
     * Removes.
     *
     * @return what was done, in the experts file's order
     * @throws UncheckedIOException if a file cannot be removed
     */
    public List<Item> run() {
        List<Item> done = new ArrayList<>();
        // All is decided before anything goes: which conversions there are can be told only while their origins are here.
        Map<NamedFile, Optional<String>> decided = new LinkedHashMap<>();
        NamedFile.of(file, store).forEach(named -> decided.put(named, kept(named)));
        decided.forEach((named, kept) -> done
                .add(new Item(named.name(), named.path(), kept.isPresent() ? 0 : remove(named), kept)));
        try {
            used.forget(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the cache folder " + store.cache().experts() + " could not be written", e);
        }
        return done;
    }

    private Optional<String> kept(NamedFile named) {
        if (named.kind() == NamedFile.Kind.LOCAL) {
            return Optional.of("it is a file of yours");
        }
        Path other = needed.get(NamedFile.real(named.path()));
        if (other != null) {
            return Optional.of(other + " names it too");
        }
        if (named.kind() == NamedFile.Kind.CONVERTED || !Files.exists(named.path())) {
            return Optional.empty();
        }
        Optional<FetchRecord> record = models.record(named.name());
        if (record.isEmpty() || record.get().byName()) {
            return Optional.of((record.isEmpty() ? "nothing says that it was fetched" : "it was fetched by its name")
                    + "; it goes with: emfuse models remove " + ShellWord.of(named.name()));
        }
        return Optional.empty();
    }

    private long bytes(NamedFile named) {
        return named.kind() == NamedFile.Kind.CONVERTED ? named.path().toFile().length() : models.bytes(named.name());
    }

    private long remove(NamedFile named) {
        if (named.kind() == NamedFile.Kind.FETCHED) {
            return models.remove(named.name());
        }
        try (FetchLock lock = FetchLock.of(store.cache(), named.path(), () -> {})) {
            Objects.requireNonNull(lock);
            long bytes = bytes(named);
            return Files.deleteIfExists(named.path()) ? bytes : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(named.path() + " could not be removed", e);
        }
    }
}
