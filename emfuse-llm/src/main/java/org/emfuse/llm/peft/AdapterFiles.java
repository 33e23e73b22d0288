package org.emfuse.llm.peft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import org.emfuse.llm.gguf.GgufException;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FetchLock;
import org.emfuse.llm.model.ModelSource;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.model.Remains;
import org.emfuse.llm.model.SourceNames;
import org.emfuse.record.Sha256;

/**
 * Turns the name of an adapter into a GGUF file: a file or a source as for models, or a folder in PEFT's form, which is
 * converted once into the cache.
 */
public final class AdapterFiles {

    /** Changes when the conversion does, so that nothing older is taken for its result. */
    private static final String VERSION = "1";

    private final ModelStore store;
    private final Consumer<String> notices;

    /** Adapters through a store. */
    public AdapterFiles(ModelStore store, Consumer<String> notices) {
        this.store = store;
        this.notices = notices;
    }

    /**
     * The folder in PEFT's form that a name means, fetched if need be.
     *
     * @return empty if the name means a GGUF file
     */
    public Optional<Path> peft(String name, Path folder) {
        if (isWeights(name)) {
            config(name).ifPresent(source -> store.resolve(source.name(), folder));
            return Optional.ofNullable(store.resolve(name, folder).getParent());
        }
        return ModelStore.local(name, folder).filter(PeftAdapter::isAt);
    }

    private static boolean isWeights(String name) {
        return name.endsWith("/" + PeftAdapter.WEIGHTS) || name.contains("/" + PeftAdapter.WEIGHTS + "@");
    }

    /** The configuration that is fetched along with a source's weights; empty if a name means anything else. */
    public static Optional<ModelSource> config(String name) {
        return isWeights(name)
                ? SourceNames.parse(name).flatMap(source -> source.sibling(PeftAdapter.CONFIG))
                : Optional.empty();
    }

    /** As {@link #peft}, but nothing is fetched: empty also if the folder is not here. */
    public Optional<Path> present(String name, Path folder) {
        if (SourceNames.parse(name).isPresent()) {
            return store.present(name, folder).filter(file -> file.endsWith(PeftAdapter.WEIGHTS))
                    .map(Path::getParent);
        }
        Optional<Path> local = ModelStore.local(name, folder);
        return isWeights(name)
                ? local.filter(Files::isRegularFile).map(Path::getParent)
                : local.filter(PeftAdapter::isAt);
    }

    /**
     * The GGUF file of an adapter.
     *
     * @param name a path of a file or folder, relative to {@code folder}; a source; or a name of the catalog
     * @param base the model that the adapter sits on
     * @throws IllegalArgumentException if there is no such adapter, or it cannot be converted for the base
     */
    public Path resolve(String name, Path folder, Path base) {
        Optional<Path> peft = peft(name, folder);
        if (peft.isPresent()) {
            return converted(peft.get(), base);
        }
        Optional<Path> local = ModelStore.local(name, folder);
        if (local.filter(Files::isDirectory).isPresent()) {
            throw new IllegalArgumentException("the folder " + local.get() + " is no PEFT adapter: it has neither "
                    + PeftAdapter.CONFIG + " nor " + PeftAdapter.WEIGHTS);
        }
        return store.resolve(name, folder);
    }

    /**
     * Where the conversion of a folder in PEFT's form lies, or would lie.
     *
     * @throws UncheckedIOException if one of its files or the base cannot be read
     */
    public Path conversion(Path peft, Path base) {
        String key = Sha256.of(String.join(" ", VERSION, store.hashes().of(peft.resolve(PeftAdapter.CONFIG)),
                store.hashes().of(peft.resolve(PeftAdapter.WEIGHTS)), store.hashes().of(base)));
        return store.cache().adapters().resolve(key.substring(0, 32) + ".gguf");
    }

    private Path converted(Path peft, Path base) {
        CacheFolder cache = store.cache();
        PeftAdapter adapter = PeftAdapter.read(peft);
        Path target = conversion(peft, base);
        if (isSound(target)) {
            return target;
        }
        try (FetchLock lock = FetchLock.of(cache, target, () -> {})) {
            Objects.requireNonNull(lock);
            if (!isSound(target)) {
                notices.accept(Files.exists(target)
                        ? "the conversion " + target + " is damaged; converting the adapter " + peft.getFileName()
                                + " again"
                        : "converting the adapter " + peft.getFileName() + " to GGUF, once");
                Files.createDirectories(cache.adapters());
                write(adapter, GgufFile.read(base), target);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("the adapter " + peft + " could not be converted into " + cache.adapters(),
                    e);
        }
    }

    /** Whether a conversion is here, as far as its header tells. */
    private static boolean isSound(Path conversion) {
        try {
            return Files.isRegularFile(conversion) && GgufFile.read(conversion).kind().equals("adapter");
        } catch (GgufException e) {
            return false;
        }
    }

    /**
     * Writes an adapter as GGUF, whole or not at all.
     *
     * @throws IllegalArgumentException if the adapter does not belong to the base
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(PeftAdapter adapter, GgufFile base, Path target) {
        Path part = target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try (Remains remains = new Remains(part)) {
            Objects.requireNonNull(remains);
            adapter.write(base, part);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + target + " could not be written", e);
        }
    }
}
