package org.emfuse.llm.engine;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.llm.config.Nearest;

/** The names that engines go by on this machine. */
public final class EngineNames {

    /** The engine that comes with the program. */
    public static final String EMBEDDED = "embedded";

    private final EngineStore store;
    private final EngineCatalog catalog;

    /** Those of a store and a catalog. */
    public EngineNames(EngineStore store, EngineCatalog catalog) {
        this.store = store;
        this.catalog = catalog;
    }

    /** That no build can be fetched by a name. */
    public IllegalArgumentException notFetchable(String name) {
        return new IllegalArgumentException(text(name, "", catalog.names()));
    }

    /** That a name is neither one of an engine nor a path to one. */
    public IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(text(name));
    }

    /** The same, with where the name was found. */
    public IllegalArgumentException unknown(EngineSelection selection) {
        String text = text(selection.name());
        return new IllegalArgumentException(selection.reason() == EngineSelection.Reason.OPTION
                ? text
                : text + ". '" + selection.name() + "' was " + selection.words() + ".");
    }

    private String text(String name) {
        List<String> known = new ArrayList<>(List.of(EMBEDDED));
        known.addAll(catalog.names());
        store.folders().stream().map(folder -> folder.getFileName().toString())
                .filter(folder -> catalog.find(folder).isEmpty()).forEach(known::add);
        return text(name, ", and no file or folder of that name", known);
    }

    private String text(String name, String more, List<String> known) {
        return "there is no engine '" + name + "' for " + catalog.platform() + more + Nearest.hint(name, known)
                + " Known: " + String.join(", ", known);
    }
}
