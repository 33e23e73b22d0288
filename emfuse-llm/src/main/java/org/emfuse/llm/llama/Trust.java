package org.emfuse.llm.llama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.record.Sha256;

/**
 * Which engines and files were found to load on this machine. Header checks cannot make native code safe, so what is not
 * known yet is tried once in a process of its own; the result is kept by the files' hashes, the engine and the processor.
 */
public final class Trust {

    private final Path folder;
    private final FileHashes hashes;
    private final Consumer<String> notices;

    /**
     * Trust that is kept in the cache.
     *
     * @param notices receives a line when something is tried
     */
    public Trust(CacheFolder cache, FileHashes hashes, Consumer<String> notices) {
        this.folder = cache.trusted();
        this.hashes = hashes;
        this.notices = notices;
    }

    /** What is wrong with an engine; empty if it loads. */
    Optional<String> problemOf(Path library) {
        return factsOf(library).isPresent()
                ? Optional.empty()
                : tried(key(library, List.of()), Probe.run(library, List.of()), library.toString());
    }

    /** What an engine said of itself when it was tried on this machine; empty if it was not, or did not load. */
    Optional<EngineFacts> factsOf(Path library) {
        Path file = folder.resolve(key(library, List.of()));
        try {
            return Files.isRegularFile(file) ? EngineFacts.among(Files.readAllLines(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
    }

    /**
     * Makes sure that a model and its adapters load and can be evaluated.
     *
     * @throws IllegalArgumentException if a file is damaged as far as Java can see
     * @throws LlamaException if a file does not load; the message names it
     */
    public void require(LlamaEngine engine, Path model, List<Path> adapters) {
        List<Path> files = new ArrayList<>(List.of(model));
        files.addAll(adapters);
        String key = key(engine.path(), files);
        if (known(key)) {
            return;
        }
        GgufFile.read(model).requireModel();
        adapters.forEach(GgufFile::read);
        notices.accept("trying " + model.getFileName() + (adapters.isEmpty()
                ? ""
                : " and " + adapters.size() + (adapters.size() == 1 ? " adapter" : " adapters"))
                + " on this machine, once");
        if (tried(key, Probe.run(engine.path(), files), model.toString()).isEmpty()) {
            return;
        }
        refuse(model, Probe.run(engine.path(), List.of(model)).problem());
        for (Path adapter : adapters) {
            refuse(adapter, Probe.run(engine.path(), List.of(model, adapter)).problem());
        }
        throw new LlamaException("the model " + model + " and its adapters load one by one but not together; is there"
                + " enough memory?", null);
    }

    private static void refuse(Path file, Optional<String> problem) {
        if (problem.isPresent()) {
            String reason = problem.get();
            throw new LlamaException(reason.contains(file.toString())
                    ? reason
                    : "the file " + file + " cannot be used: " + reason, null);
        }
    }

    private boolean known(String key) {
        return Files.isRegularFile(folder.resolve(key));
    }

    private Optional<String> tried(String key, Probe.Outcome outcome, String what) {
        if (outcome.problem().isEmpty()) {
            try {
                CacheFolder.write(folder.resolve(key), what + "\n" + String.join("\n", outcome.lines()) + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException("the cache folder " + folder + " could not be written", e);
            }
        }
        return outcome.problem();
    }

    /** Hash of the library, the libraries beside it, the files and the processor. */
    private String key(Path library, List<Path> files) {
        StringBuilder text = new StringBuilder(processor()).append('\n').append(hashes.of(library));
        Path beside = library.toAbsolutePath().getParent();
        try (Stream<Path> all = beside == null ? Stream.empty() : Files.list(beside)) {
            all.filter(file -> Files.isRegularFile(file) && file.getFileName().toString().contains("ggml")).sorted()
                    .forEach(file -> text.append('\n').append(hashes.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + beside + " could not be read", e);
        }
        files.forEach(file -> text.append('\n').append(hashes.of(file)));
        return Sha256.of(text.toString());
    }

    /** The processor's name and features as far as the system tells them. */
    public static String processor() {
        String arch = System.getProperty("os.arch");
        Path info = Path.of("/proc/cpuinfo");
        try (Stream<String> lines = Files.isReadable(info) ? Files.lines(info) : Stream.empty()) {
            return arch + " " + lines.filter(line -> line.startsWith("model name") || line.startsWith("flags")).limit(2)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return arch;
        }
    }
}
