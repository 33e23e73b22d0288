package org.emfuse.llm.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.emfuse.llm.config.YamlTree;
import tools.jackson.databind.JsonNode;

/** Models by name: those that come with the program, and those of a file {@code catalog.yaml} in the cache folder. */
public final class ModelCatalog {

    private static final String BUNDLED = "catalog.yaml";

    private final Map<String, CatalogEntry> entries = new LinkedHashMap<>();

    private ModelCatalog() {}

    /** The program's catalog and the user's additions to it. */
    public static ModelCatalog of(CacheFolder cache) {
        ModelCatalog catalog = new ModelCatalog();
        try (InputStream in = ModelCatalog.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new AssertionError("the program has no " + BUNDLED);
            }
            catalog.add(YamlTree.parse("the program's " + BUNDLED, new String(in.readAllBytes(), UTF_8)),
                    cache.root());
            Path own = cache.root().resolve(BUNDLED);
            if (Files.isRegularFile(own)) {
                catalog.add(YamlTree.parse(own.toString(), Files.readString(own)), cache.root());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the model catalog could not be read", e);
        }
        return catalog;
    }

    private void add(YamlTree tree, Path folder) {
        tree.fields().forEach((name, node) -> {
            YamlTree entry = tree.child(name, node);
            entry.requireKeys("file", "bytes", "sha256", "licence", "sources");
            String file = entry.text("file");
            String hash = entry.text("sha256").toLowerCase(Locale.ROOT);
            if (!SourceNames.isFilePath(file) || file.contains("/")) {
                throw new IllegalArgumentException(entry.where() + ": expected a file name for 'file', found " + file);
            }
            if (!hash.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(entry.where() + ": expected 64 hex digits for 'sha256', found "
                        + hash);
            }
            List<ModelSource> sources = new ArrayList<>();
            for (JsonNode source : entry.list("sources")) {
                sources.add(source(entry, source, folder));
            }
            entries.put(name, new CatalogEntry(name, file, entry.integer("bytes"), hash, entry.text("licence"),
                    List.copyOf(sources)));
        });
    }

    /** A source by its name, or a Python package and the file in it under keys of their own. */
    private static ModelSource source(YamlTree entry, JsonNode source, Path folder) {
        try {
            if (source.isString()) {
                return SourceNames.parse(source.asString())
                        .orElseGet(() -> new LocalSource(folder.resolve(source.asString())));
            }
            YamlTree pip = entry.child("sources", source);
            pip.requireKeys("pip", "member");
            return PipSource.parse(PipSource.PREFIX + pip.text("pip") + "/" + pip.text("member"));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(entry.where() + ": " + source + " is neither a source nor a path", e);
        }
    }

    /** The entry of a name. */
    public Optional<CatalogEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** All names, in order. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }
}
