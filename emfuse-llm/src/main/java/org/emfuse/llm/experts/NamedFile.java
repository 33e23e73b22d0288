package org.emfuse.llm.experts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.emfuse.llm.config.ExpertEntry;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;

/**
 * A file that an experts file names, or that was made from such a one; it need not be here.
 *
 * @param name as the experts file has it; that of its origin for a conversion
 * @param path where it lies or would lie
 * @param origin what it was made from; empty for files that are named themselves
 */
record NamedFile(String name, Kind kind, Path path, Optional<Conversion> origin) {

    /** Whose file it is. */
    enum Kind {
        /** A path of the user's. */
        LOCAL,
        /** A source or a name of the catalog: it lies in the cache. */
        FETCHED,
        /** Made from an adapter in PEFT's form; it lies in the cache. */
        CONVERTED
    }

    /** An adapter in PEFT's form and the model that it sits on. */
    record Conversion(Path peft, Path base) {}

    /** All files of an experts file, each once, in its order; nothing is fetched or converted. */
    static List<NamedFile> of(ExpertsFile file, ModelStore store) {
        Path folder = ExpertSet.folder(file);
        AdapterFiles adapters = new AdapterFiles(store, line -> {});
        Map<Path, NamedFile> files = new LinkedHashMap<>();
        for (ExpertEntry entry : file.experts()) {
            String model = entry.model().or(file::base).orElseThrow();
            add(files, named(model, folder, store));
            entry.adapter().ifPresent(adapter -> {
                AdapterFiles.config(adapter).ifPresent(config -> add(files, named(config.name(), folder, store)));
                add(files, named(adapter, folder, store));
                conversion(model, adapter, folder, store, adapters).ifPresent(made -> add(files, made));
            });
        }
        return List.copyOf(files.values());
    }

    /** A path by which a file is the same however it is named. */
    static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static void add(Map<Path, NamedFile> files, NamedFile file) {
        files.putIfAbsent(file.path(), file);
    }

    private static NamedFile named(String name, Path folder, ModelStore store) {
        Optional<Path> local = ModelStore.local(name, folder);
        CachedModels models = new CachedModels(store);
        return local.filter(Files::exists).isEmpty() && models.knows(name)
                ? new NamedFile(name, Kind.FETCHED, models.look(name).file(), Optional.empty())
                : new NamedFile(name, Kind.LOCAL, local.orElseGet(() -> models.look(name).file()), Optional.empty());
    }

    /** The conversion of an adapter if all that it was made from is here. */
    private static Optional<NamedFile> conversion(String model, String adapter, Path folder, ModelStore store,
            AdapterFiles adapters) {
        Path base = named(model, folder, store).path();
        return adapters.present(adapter, folder)
                .filter(peft -> Files.isRegularFile(peft.resolve(PeftAdapter.CONFIG))
                        && Files.isRegularFile(peft.resolve(PeftAdapter.WEIGHTS)) && Files.isRegularFile(base))
                .map(peft -> new NamedFile(adapter + " (converted)", Kind.CONVERTED, adapters.conversion(peft, base),
                        Optional.of(new Conversion(peft, base))))
                .filter(made -> Files.isRegularFile(made.path()));
    }
}
