package org.emfuse.llm.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
            catalog.add(YamlTree.parse("the program's " + BUNDLED, new String(in.readAllBytes(), UTF_8)));
            Path own = cache.root().resolve(BUNDLED);
            if (Files.isRegularFile(own)) {
                catalog.add(YamlTree.parse(own.toString(), Files.readString(own)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the model catalog could not be read", e);
        }
        return catalog;
    }

    private void add(YamlTree tree) {
        tree.fields().forEach((name, node) -> {
            YamlTree entry = tree.child(name, node);
            entry.requireKeys("file", "bytes", "sha256", "licence", "sources");
            List<ModelSource> sources = new ArrayList<>();
            for (JsonNode source : entry.list("sources")) {
                YamlTree pip = entry.child("sources", source);
                pip.requireKeys("pip", "member");
                sources.add(new PipSource(pip.text("pip"), pip.text("member")));
            }
            entries.put(name, new CatalogEntry(name, entry.text("file"), entry.integer("bytes"),
                    entry.text("sha256"), entry.text("licence"), List.copyOf(sources)));
        });
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
