package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.llm.model.CachedModels;

/** A model of the cache as JSON. */
final class ModelRecord {

    private ModelRecord() {}

    /** Name, file, size, hash, licence, sources and state. */
    static Map<String, Object> of(CachedModels.Entry entry) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("name", entry.name());
        record.put("file", entry.file().toString());
        record.put("bytes", entry.bytes());
        record.put("sha256", entry.sha256());
        entry.licence().ifPresent(licence -> record.put("licence", licence));
        record.put("sources", entry.sources());
        record.put("state", entry.state().toString());
        return record;
    }
}
