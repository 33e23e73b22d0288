package org.emfuse.llm.model;

import java.util.List;

/**
 * A model that can be fetched by name.
 *
 * @param name what experts files call it
 * @param file its file name in the cache
 * @param bytes its exact size
 * @param sha256 its hash, in hex
 * @param licence what its use is bound to
 * @param sources where it can be had, tried in order
 */
public record CatalogEntry(String name, String file, long bytes, String sha256, String licence,
        List<ModelSource> sources) {}
