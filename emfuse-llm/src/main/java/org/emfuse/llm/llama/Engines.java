package org.emfuse.llm.llama;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.emfuse.llm.config.Nearest;
import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineMemory;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.jspecify.annotations.Nullable;

/** The builds of llama.cpp on this machine: listing, fetching, choosing and removing them. */
public final class Engines {

    private final CacheFolder cache;
    private final Trust trust;
    private final Consumer<String> notices;
    private final EngineCatalog catalog;
    private final EngineStore store;
    private final EngineMemory memory;
    private final EngineLocator locator;

    /**
     * The engines of a cache.
     *
     * @param notices receives a line when something takes long
     */
    public Engines(CacheFolder cache, Trust trust, Consumer<String> notices) {
        this(cache, trust, notices, EngineCatalog.ofMachine());
    }

    /** The engines of a cache, with other known builds. */
    Engines(CacheFolder cache, Trust trust, Consumer<String> notices, EngineCatalog catalog) {
        this.cache = cache;
        this.trust = trust;
        this.notices = notices;
        this.catalog = catalog;
        this.store = new EngineStore(cache);
        this.memory = new EngineMemory(cache);
        this.locator = new EngineLocator(cache, trust, notices, catalog);
    }

    /** The embedded engine, the known builds of this platform, and what else is in the cache. Nothing native is touched. */
    public List<InstalledEngine> list() {
        EngineSelection.Target used = locator.selection(null).target();
        List<InstalledEngine> all = new ArrayList<>();
        boolean found = false;
        for (EngineBuild build : catalog.builds()) {
            boolean here = store.holds(build);
            boolean inUse = here && used.equals(new EngineSelection.Build(build));
            found |= inUse;
            all.add(entry(build.name(), build.device().id(), build.version(), build.bytes(),
                    here ? store.folderOf(build) : null, build.device().gpu(), inUse));
        }
        for (Path folder : store.folders()) {
            String name = folder.getFileName().toString();
            if (catalog.find(name).isEmpty()) {
                boolean inUse = used.equals(new EngineSelection.Files(folder));
                found |= inUse;
                all.add(entry(name, "", "", 0, folder, false, inUse));
            }
        }
        if (used instanceof EngineSelection.Files files && !found) {
            found = true;
            all.add(entry(files.path().toString(), "", "", 0, files.path(), false, true));
        }
        all.addFirst(entry(LlamaEngine.EMBEDDED, "cpu", LlamaEngine.EMBEDDED_VERSION, 0,
                LlamaEngine.unpackEmbedded(cache.root()), false, !found));
        return List.copyOf(all);
    }

    private InstalledEngine entry(String name, String device, String version, long bytes, @Nullable Path place,
            boolean gpu, boolean inUse) {
        Optional<Path> library = place == null || !Files.exists(place)
                ? Optional.empty()
                : Optional.of(place).filter(path -> !Files.isDirectory(path) || LlamaEngine.isEngine(path))
                        .map(LlamaEngine::libraryFile);
        Optional<EngineFacts> facts = library.flatMap(trust::factsOf);
        String known = version.isEmpty() ? facts.map(EngineFacts::version).orElse("") : version;
        boolean verified = facts.isPresent() && (!gpu || facts.get().gpu());
        return new InstalledEngine(name, device, known, bytes, library.isPresent(), verified, inUse,
                library.map(Path::toString).orElse(null), facts.map(EngineFacts::systemInfo).orElse(null));
    }

    /**
     * Tries an engine in a process of its own unless it was tried before.
     *
     * @return what is wrong with it; empty if it evaluates a tiny model
     */
    public Optional<String> problemOf(InstalledEngine engine) {
        return engine.path() == null
                ? Optional.of("it is not installed")
                : trust.problemOf(Path.of(engine.path()));
    }

    /** Why the engine in use is that one. */
    public EngineSelection.Reason reason() {
        return locator.selection(null).reason();
    }

    /**
     * Fetches a build and tries it.
     *
     * @param name of a known build; null for the usual one of this platform
     * @return what it is called and whether it is verified
     * @throws IllegalArgumentException if no build has the name
     * @throws EngineException if it cannot be fetched, or does not load here; then it is not kept
     */
    public InstalledEngine install(@Nullable String name) {
        EngineBuild build = name == null
                ? catalog.usual().orElseThrow(() -> new EngineException("no newer engine is known for "
                        + catalog.platform() + "; name a build of llama.cpp with --engine PATH", null))
                : catalog.find(name).orElseThrow(() -> unknown(name, catalog.names()));
        if (!store.holds(build)) {
            notices.accept("fetching " + build.requirement() + " with npm");
        }
        Path folder = store.install(build);
        try {
            Optional<String> problem = trust.problemOf(LlamaEngine.libraryFile(folder));
            if (problem.isPresent()) {
                throw new EngineException("the engine " + build.name() + " does not load on this machine, so it was not"
                        + " kept: " + problem.get(), null);
            }
        } catch (LlamaException | EngineException e) {
            store.remove(build.folder());
            throw e;
        }
        memory.succeeded();
        return list().stream().filter(each -> each.name().equals(build.name())).findFirst().orElseThrow();
    }

    /**
     * Remembers an engine for commands that name none. A known build is fetched if it is not here.
     *
     * @param name {@code embedded}, a known build, a folder in the cache, or a path; {@code auto} forgets the choice
     * @throws IllegalArgumentException if there is none of the name
     * @throws EngineException if it cannot be had or does not load here
     */
    public void use(String name) {
        if (name.equals("auto")) {
            memory.forgetChoice();
        } else if (name.equals(LlamaEngine.EMBEDDED)) {
            requireLoads(LlamaEngine.unpackEmbedded(cache.root()));
            memory.choose(name);
        } else if (catalog.find(name).isPresent()) {
            memory.choose(install(name).name());
        } else {
            Path path = store.find(name).orElseGet(() -> Path.of(name).toAbsolutePath().normalize());
            if (!Files.exists(path)) {
                throw unknown(name, names());
            }
            requireLoads(LlamaEngine.libraryFile(path));
            memory.choose(store.find(name).isPresent() ? name : path.toString());
        }
    }

    private void requireLoads(Path library) {
        trust.problemOf(library).ifPresent(problem -> {
            throw new EngineException("the engine " + library + " does not load on this machine: " + problem, null);
        });
    }

    /**
     * Removes an engine from the cache; a choice of it is forgotten.
     *
     * @throws IllegalArgumentException if there is none of the name, or it is the embedded one
     */
    public void remove(String name) {
        if (name.equals(LlamaEngine.EMBEDDED)) {
            throw new IllegalArgumentException("the embedded engine comes with the program and cannot be removed");
        }
        String folder = catalog.find(name).map(EngineBuild::folder).orElse(name);
        if (store.find(folder).isEmpty()) {
            throw new IllegalArgumentException("the engine '" + name + "' is not installed. Installed: "
                    + store.folders().stream().map(each -> each.getFileName().toString()).toList());
        }
        store.remove(folder);
        if (memory.choice().filter(choice -> choice.equals(name) || choice.equals(folder)).isPresent()) {
            memory.forgetChoice();
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of(LlamaEngine.EMBEDDED));
        names.addAll(catalog.names());
        store.folders().forEach(folder -> names.add(folder.getFileName().toString()));
        return names;
    }

    private IllegalArgumentException unknown(String name, List<String> known) {
        return new IllegalArgumentException("there is no engine '" + name + "' for " + catalog.platform()
                + Nearest.hint(name, known) + " Known: " + String.join(", ", known));
    }
}
