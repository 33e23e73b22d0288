package org.emfuse.llm.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that can be fetched.
 *
 * @param name what it is called: a name of the catalog, or that of its source
 * @param target where it lies once it is here
 * @param sources tried in order
 * @param entry of the catalog, empty where a source is named directly
 */
record Wanted(String name, Path target, List<ModelSource> sources, Optional<CatalogEntry> entry) {

    /** A model of the catalog. */
    static Wanted of(CatalogEntry entry, CacheFolder cache) {
        return new Wanted(entry.name(), cache.models().resolve(entry.file()), entry.sources(), Optional.of(entry));
    }

    /** A source that is named directly. */
    static Wanted of(ModelSource source, CacheFolder cache) {
        return new Wanted(source.name(), cache.models().resolve(source.cachePath()), List.of(source),
                Optional.empty());
    }

    /** What the file has to be: as the catalog says, else as it was when it came; empty if it never came. */
    Optional<FetchRecord> expected() {
        return entry.map(e -> new FetchRecord(name, e.bytes(), e.sha256(), false)).or(() -> FetchRecord.read(target));
    }

    /** Whether it is here and still what it has to be. */
    boolean isHere(FileHashes hashes) {
        return expected().filter(expected -> expected.matches(target, hashes)).isPresent();
    }
}
