package org.emfuse.llm.llama;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.emfuse.llm.Prompt;
import org.emfuse.llm.engine.EngineNames;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.llama.ffi.LlamaLibrary;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.record.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A loaded build of llama.cpp. Several can live in one process; each stays loaded until it ends. Safe for use by several
 * threads.
 */
public final class LlamaEngine {

    /** What {@code --engine} calls the build that comes with the program. */
    public static final String EMBEDDED = EngineNames.EMBEDDED;

    /** The version of the build that comes with the program. */
    static final String EMBEDDED_VERSION = "b4916";
    private static final Pattern LIBRARY = Pattern
            .compile("(lib)?llama((\\.[a-z]+)?\\.v[0-9.]+)?\\.(so|dylib|dll)([.0-9]*)");
    private static final Pattern GGML = Pattern
            .compile("(lib)?ggml((\\.[a-z]+)?\\.v[0-9.]+)?\\.(so|dylib|dll)([.0-9]*)");

    private static final Pattern NAMED_VERSION = Pattern.compile("\\.(v[0-9]+(\\.[0-9]+)*)\\.");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final ConcurrentHashMap<Path, LlamaEngine> LOADED = new ConcurrentHashMap<>();

    private final LlamaLibrary library;
    private final String version;

    private LlamaEngine(LlamaLibrary library, String version) {
        this.library = library;
        this.version = version;
    }

    /**
     * The build inside the program's class path, unpacked once.
     *
     * @param cache folder that keeps the unpacked library
     * @throws LlamaException if there is none for this machine, or it does not load
     */
    public static LlamaEngine embedded(Path cache) {
        return load(unpackEmbedded(cache), EMBEDDED_VERSION + " (embedded)");
    }

    /** The file of the embedded build, unpacked if it is not yet; nothing native is touched. */
    static Path unpackEmbedded(Path cache) {
        String resource = "/de/kherud/llama/" + platform();
        try (InputStream in = LlamaEngine.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new LlamaException("there is no embedded engine for this machine (" + resource
                        + "); name a build of llama.cpp with --engine PATH", null);
            }
            byte[] bytes = in.readAllBytes();
            Path target = cache.resolve("engines").resolve(EMBEDDED).resolve(Sha256.of(bytes).substring(0, 16))
                    .resolve(Path.of(resource).getFileName());
            if (!Files.isRegularFile(target) || Files.size(target) != bytes.length) {
                Files.createDirectories(target.getParent());
                Path part = Files.createTempFile(target.getParent(), "unpack", ".part");
                Files.write(part, bytes);
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded engine could not be unpacked into " + cache
                    + " (another folder can be named in " + CacheFolder.VARIABLE + ")", e);
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String machine = arch.equals("amd64") ? "x86_64" : arch;
        if (os.startsWith("mac")) {
            return "Mac/" + machine + "/libjllama.dylib";
        }
        return os.startsWith("windows") ? "Windows/" + machine + "/jllama.dll" : "Linux/" + machine + "/libjllama.so";
    }

    /**
     * A build that the user has.
     *
     * @param path a {@code libllama} file, or a folder that holds one at any depth with the {@code libggml} files beside it
     * @throws LlamaException if there is none, or it does not load; the message says where it looked
     */
    public static LlamaEngine load(Path path) {
        return load(libraryFile(path), "");
    }

    /** The library that a path means; nothing native is touched. */
    static Path libraryFile(Path path) {
        Path file = Files.isDirectory(path)
                ? find(path, LIBRARY, 6).orElseThrow(() -> new LlamaException(
                        "no libllama was found in the folder " + path + "; expected a file like libllama.so", null))
                : path;
        if (!Files.isRegularFile(file)) {
            throw new LlamaException("the engine " + path + " does not exist; expected a libllama file or its folder",
                    null);
        }
        return file;
    }

    private static LlamaEngine load(Path file, String version) {
        return LOADED.computeIfAbsent(file.toAbsolutePath().normalize(), key -> {
            Path folder = key.getParent();
            Path ggml = folder == null ? null : find(folder, GGML, 1).orElse(null);
            LlamaLibrary library = new LlamaLibrary(key, ggml);
            return new LlamaEngine(library, version.isEmpty() ? version(key, library) : version);
        });
    }

    /** As packages write it into the file's name; a build's own word for it can be that of an earlier state. */
    private static String version(Path file, LlamaLibrary library) {
        Matcher named = NAMED_VERSION.matcher(file.getFileName().toString());
        return named.find() ? named.group(1) : library.version().orElse("unknown version");
    }

    /** The library in a folder, of several the one with the highest version in its name. */
    static Optional<Path> find(Path folder, Pattern name, int depth) {
        try (Stream<Path> files = Files.find(folder, depth,
                (file, attributes) -> attributes.isRegularFile()
                        && name.matcher(file.getFileName().toString()).matches())) {
            return files.max(Comparator.comparing(LlamaEngine::versionOrder));
        } catch (IOException e) {
            throw new LlamaException("the folder " + folder + " could not be read: " + e.getMessage(), e);
        }
    }

    /** The path with all numbers at one width, so that 0.10 comes after 0.5. */
    private static String versionOrder(Path file) {
        return NUMBER.matcher(file.toString())
                .replaceAll(number -> "0".repeat(Math.max(0, 20 - number.group().length())) + number.group());
    }

    /** Whether the folder holds an engine at any depth. */
    static boolean isEngine(Path folder) {
        return find(folder, LIBRARY, 6).isPresent();
    }

    /**
     * A conversation as text, as a model with a template would read it; no model is needed.
     *
     * @param template the chat template stored with the model; null if it has none
     * @param system goes first where the conversation has no system message; null for none
     */
    public RenderedPrompt render(@Nullable String template, Prompt.Chat chat, @Nullable String system) {
        ChatTemplate known = ChatTemplate.of(library, template);
        StringBuilder text = new StringBuilder();
        known.render(chat, system).forEach(piece -> text.append(piece.text()));
        return new RenderedPrompt(text.toString(), known.description(), known.isOwn());
    }

    LlamaLibrary library() {
        return library;
    }

    /** The version of llama.cpp, as far as it is known. */
    public String version() {
        return version;
    }

    /** The library file. */
    public Path path() {
        return library.path();
    }

    /** Version and instruction sets in one line, for records. */
    public String description() {
        return "llama.cpp " + version + ", " + library.systemInfo().strip();
    }

    /** Sequences that one context of this build can hold. */
    public int maxSequences() {
        return library.maxSequences();
    }

    /** Whether the build can hold layers on a GPU of this machine. */
    public boolean supportsGpu() {
        return library.supportsGpu();
    }
}
