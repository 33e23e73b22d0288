package org.emfuse.llm.llama;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineMemory;
import org.emfuse.llm.engine.EngineNames;
import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.Network;
import org.jspecify.annotations.Nullable;

/** The builds of llama.cpp on this machine: listing, fetching, choosing and removing them. */
public final class Engines {

    private final CacheFolder cache;
    private final Trust trust;
    private final Consumer<String> notices;
    private final EngineRequest request;
    private final EngineCatalog catalog;
    private final EngineStore store;
    private final EngineMemory memory;
    private final EngineNames names;
    private final EngineLocator locator;

    /**
     * The engines of a cache.
     *
     * @param notices receives a line when something takes long
     * @param request of commands, where their own options name no engine
     */
    public Engines(CacheFolder cache, Trust trust, Consumer<String> notices, EngineRequest request) {
        this(cache, trust, notices, request, EngineCatalog.ofMachine());
    }

    /** The engines of a cache, with other known builds. */
    Engines(CacheFolder cache, Trust trust, Consumer<String> notices, EngineRequest request, EngineCatalog catalog) {
        this.cache = cache;
        this.trust = trust;
        this.notices = notices;
        this.request = request;
        this.catalog = catalog;
        this.store = new EngineStore(cache);
        this.memory = new EngineMemory(cache);
        this.names = new EngineNames(store, catalog);
        this.locator = new EngineLocator(cache, trust, notices, catalog);
    }

    /** The embedded engine, the known builds of this platform, and what else is in the cache. Nothing native is touched. */
    public List<InstalledEngine> list() {
        EngineSelection selection = selection();
        EngineSelection.Target used = selection.target();
        List<InstalledEngine> all = new ArrayList<>();
        boolean found = false;
        for (EngineBuild build : catalog.builds()) {
            boolean here = store.holds(build);
            boolean inUse = (here || selection.asked()) && used.equals(new EngineSelection.Build(build));
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
        if (used instanceof EngineSelection.Files files && !found
                && (selection.asked() || Files.exists(files.path()))) {
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

    /** Which engine commands mean that name none, and why. */
    public EngineSelection selection() {
        return locator.selection(request);
    }

    /** Why the engine in use is that one, in words. */
    public String reason() {
        EngineSelection selection = selection();
        boolean absent = switch (selection.target()) {
            case EngineSelection.Embedded _ -> false;
            case EngineSelection.Files files -> !Files.exists(files.path());
            case EngineSelection.Build build -> !store.holds(build.build());
        };
        return absent && selection.reason() == EngineSelection.Reason.CHOICE
                ? selection.name() + ", " + selection.words() + ", is not here"
                : selection.words();
    }

    /**
     * Fetches a build unless it is here and loads, and tries it.
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
                : catalog.find(name).orElseThrow(() -> name.equals(LlamaEngine.EMBEDDED)
                        ? new IllegalArgumentException("the embedded engine comes with the program and needs no"
                                + " installing. To use it: ./emfuse engine use embedded")
                        : names.notFetchable(name));
        EngineInstall install = new EngineInstall(store, trust);
        boolean here = store.holds(build);
        String fetching = "fetching " + build.requirement();
        if (!here && Network.allowed()) {
            notices.accept(fetching + " with npm");
        }
        Optional<String> problem = install.problemOf(build);
        if (here && problem.isPresent()) {
            notices.accept("the engine " + build.name() + " that is here does not load ("
                    + EngineLocator.oneLine(problem.get()) + ")"
                    + (Network.allowed() ? "; " + fetching + " anew with npm" : ""));
            problem = install.problemOfRenewed(build);
        }
        if (problem.isPresent()) {
            throw new EngineException("the engine " + build.name() + " does not load on this machine, so it was not"
                    + " kept: " + problem.get(), null);
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
                throw names.unknown(name);
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
            List<String> installed = store.folders().stream().map(each -> each.getFileName().toString())
                    .map(each -> catalog.find(each).map(EngineBuild::name).orElse(each)).toList();
            throw new IllegalArgumentException("the engine '" + name + "' is not installed. Installed: "
                    + (installed.isEmpty() ? "none" : String.join(", ", installed)));
        }
        store.remove(folder);
        if (memory.choice().filter(choice -> choice.equals(name) || choice.equals(folder)).isPresent()) {
            memory.forgetChoice();
        }
    }
}
