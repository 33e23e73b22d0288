package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import com.sun.management.ThreadMXBean;
import org.emfuse.llm.gguf.AdapterFit;
import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.gguf.Mutation;
import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.llm.peft.TinyPeft;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of damaged models and adapters: the checks in Java end with a message about the file or let it pass, and what
 * they let pass harms no process but the one that tries it.
 */
class MutatedFilesTest {

    private static final int EACH = 160;
    private static final int TRIED = 2;

    /** Reading any of these files takes some hundred kilobytes; a length that is believed would take far more. */
    private static final long MOST_ALLOCATED = 32L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path model = Path.of(".");
    private GgufFile base = new GgufFile(Path.of("none"), Map.of(), List.of());
    private int refused;
    private final List<Path> passed = new ArrayList<>();

    @BeforeEach
    void makeModel() {
        model = TinyModels.of(1).write(folder.resolve("model.gguf"));
        base = GgufFile.read(model);
    }

    /** Runs a check that may refuse a file, in its own words only. */
    private void look(Path file, Runnable check) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            check.run();
            passed.add(file);
        } catch (IllegalArgumentException e) {
            refused++;
            assertThat(e.getMessage()).as("the message names the file").contains(folder.toString());
            assertThat(e.getClass().getName()).as("no exception of a library").doesNotStartWith("java.nio");
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as("memory for %s", file)
                .isLessThan(MOST_ALLOCATED);
    }

    private void mutate(Path sound, int head, long seed, String name, Consumer<Path> check)
            throws IOException {
        byte[] bytes = Files.readAllBytes(sound);
        SplittableRandom random = new SplittableRandom(seed);
        for (int k = 0; k < EACH; k++) {
            Path file = Files.write(folder.resolve(name.formatted(k)), Mutation.any(bytes, head, random));
            look(file, () -> check.accept(file));
        }
    }

    @Test
    void models() throws IOException {
        mutate(model, 11_000, 1, "m%d.gguf", file -> {
            GgufFile header = GgufFile.read(file);
            header.requireModel();
            assertThat(GgufFacts.of(header)).isNotEmpty();
            assertThat(header.texts(GgufFacts.TOKENS)).isNotNull();
        });
        assertThat(refused).isGreaterThan(EACH / 3);
        assertThat(passed).hasSizeGreaterThan(TRIED);
        tryInAnotherProcess(passed, List.of());
    }

    @Test
    void adapters() throws IOException {
        mutate(TinyModels.writeAdapter(folder.resolve("sound.gguf"), 1, 1), 2500, 2, "a%d.gguf", file -> {
            GgufFile header = GgufFile.read(file);
            AdapterFit.require(base, header);
            assertThat(GgufFacts.of(header)).isNotEmpty();
        });
        assertThat(refused).isGreaterThan(EACH / 3);
        assertThat(passed).hasSizeGreaterThan(TRIED);
        tryInAnotherProcess(List.of(model), passed);
    }

    @Test
    void weightsAndConfigurationsOfPeft() throws IOException {
        Path peft = TinyPeft.of("F16", 1, 1).write(folder.resolve("peft"));
        for (String name : List.of(PeftAdapter.WEIGHTS, PeftAdapter.CONFIG)) {
            byte[] sound = Files.readAllBytes(peft.resolve(name));
            Path copy = folder.resolve("sound-" + name);
            Files.write(copy, sound);
            Path target = folder.resolve("out.gguf");
            mutate(copy, Math.min(sound.length, 4500), name.length(), "p%d-" + name, file -> {
                try {
                    Files.copy(file, peft.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                AdapterFiles.write(PeftAdapter.read(peft), base, target);
                AdapterFit.require(base, GgufFile.read(target));
            });
            Files.write(peft.resolve(name), sound);
        }
        assertThat(refused).isGreaterThan(EACH);
        assertThat(passed).isNotEmpty();
    }

    /** Files that Java lets pass go to the engine, but never first into this process. */
    private void tryInAnotherProcess(List<Path> models, List<Path> adapters) {
        CacheFolder cache = new CacheFolder(folder.resolve("cache"));
        Trust trust = new Trust(cache, new FileHashes(cache), line -> {});
        for (int k = 0; k < TRIED; k++) {
            Path tried = models.get(Math.min(k, models.size() - 1));
            List<Path> on = adapters.isEmpty() ? List.of() : List.of(adapters.get(k));
            try {
                trust.require(TestEngine.EMBEDDED.load(), tried, on);
            } catch (LlamaException | IllegalArgumentException e) {
                assertThat(e.getMessage()).contains(folder.toString());
            }
        }
    }
}
