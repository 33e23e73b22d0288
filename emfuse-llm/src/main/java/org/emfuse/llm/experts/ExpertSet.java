package org.emfuse.llm.experts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Expert;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.config.ExpertEntry;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.llama.LlamaEngine;
import org.emfuse.llm.llama.LlamaExpert;
import org.emfuse.llm.llama.LlamaModel;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;

/** The experts of a file, loaded: a model that several share is loaded once. Owns models and experts. */
public final class ExpertSet implements AutoCloseable {

    private final LlamaEngine engine;
    private final Map<Path, LlamaModel> models;
    private final List<LlamaExpert> experts;
    private final Map<String, Path> files;

    private ExpertSet(LlamaEngine engine, Map<Path, LlamaModel> models, List<LlamaExpert> experts,
            Map<String, Path> files) {
        this.engine = engine;
        this.models = models;
        this.experts = experts;
        this.files = files;
    }

    /**
     * Fetches what is not here yet, tries what is not trusted yet, and loads.
     *
     * @param file names the experts
     * @param engine evaluates them
     * @param store resolves models
     * @param trust tries what it does not know
     * @param only the name of the one expert to load; empty for all
     * @throws IllegalArgumentException if a file is missing or wrong, or no expert has the name
     */
    public static ExpertSet open(ExpertsFile file, LlamaEngine engine, ModelStore store, Trust trust,
            Optional<String> only) {
        if (only.isPresent() && !file.names().contains(only.get())) {
            throw new IllegalArgumentException(file.path() + " has no expert '" + only.get() + "'; it has "
                    + String.join(", ", file.names()));
        }
        List<ExpertEntry> wanted = file.experts().stream()
                .filter(entry -> only.isEmpty() || entry.name().equals(only.get())).toList();
        Path folder = folder(file);
        Map<String, Path> files = new LinkedHashMap<>();
        Map<ExpertEntry, Path> modelOf = new LinkedHashMap<>();
        Map<ExpertEntry, Path> adapterOf = new LinkedHashMap<>();
        Map<Path, List<Path>> adaptersOf = new LinkedHashMap<>();
        for (ExpertEntry entry : wanted) {
            String name = entry.model().or(file::base).orElseThrow();
            Path model = store.resolve(name, folder);
            modelOf.put(entry, model);
            files.put(name, model);
            List<Path> adapters = adaptersOf.computeIfAbsent(model, m -> new ArrayList<>());
            entry.adapter().ifPresent(adapter -> {
                Path path = adapterFile(file, entry, adapter, folder, model, store);
                files.put(adapter, path);
                adapters.add(path);
                adapterOf.put(entry, path);
            });
        }
        remember(file, files, store);
        adaptersOf.forEach((model, adapters) -> trust.require(engine, model, adapters));
        return load(engine, wanted, modelOf, adapterOf, files);
    }

    /** What paths in an experts file start from. */
    static Path folder(ExpertsFile file) {
        Path absolute = file.path().toAbsolutePath();
        return absolute.getParent() == null ? absolute : absolute.getParent();
    }

    /**
     * What an experts file names on this machine, by the names there, whether it exists or not; as each may be a folder in
     * PEFT's form, also the files that it would hold.
     */
    public static Map<String, Path> local(ExpertsFile file) {
        Path folder = folder(file);
        Map<String, Path> local = new LinkedHashMap<>();
        file.experts().stream().flatMap(entry -> Stream.of(entry.adapter(), entry.model().or(file::base)))
                .flatMap(Optional::stream).forEach(name -> ModelStore.local(name, folder).ifPresent(path -> {
                    local.put(name, path);
                    local.put(name + "/" + PeftAdapter.WEIGHTS, path.resolve(PeftAdapter.WEIGHTS));
                    local.put(name + "/" + PeftAdapter.CONFIG, path.resolve(PeftAdapter.CONFIG));
                }));
        return local;
    }

    /**
     * Fetches what is not here yet, and converts adapters; loads nothing.
     *
     * @return the files by the name that the experts file gives them
     * @throws IllegalArgumentException if a file is missing or an adapter cannot be converted
     */
    public static Map<String, Path> fetch(ExpertsFile file, ModelStore store) {
        Path folder = folder(file);
        Map<String, Path> files = new LinkedHashMap<>();
        for (ExpertEntry entry : file.experts()) {
            String name = entry.model().or(file::base).orElseThrow();
            Path model = files.computeIfAbsent(name, n -> store.resolve(n, folder));
            entry.adapter().ifPresent(
                    adapter -> files.put(adapter, adapterFile(file, entry, adapter, folder, model, store)));
        }
        remember(file, files, store);
        return files;
    }

    private static void remember(ExpertsFile file, Map<String, Path> files, ModelStore store) {
        if (files.values().stream().anyMatch(path -> path.startsWith(store.cache().root()))) {
            new UsedExpertsFiles(store.cache()).remember(file);
        }
    }

    private static Path adapterFile(ExpertsFile file, ExpertEntry entry, String adapter, Path folder, Path model,
            ModelStore store) {
        try {
            return new AdapterFiles(store, store.notices()).resolve(adapter, folder, model);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file.path() + ": the adapter of expert '" + entry.name() + "': "
                    + e.getMessage(), e);
        }
    }

    private static ExpertSet load(LlamaEngine engine, List<ExpertEntry> wanted, Map<ExpertEntry, Path> modelOf,
            Map<ExpertEntry, Path> adapterOf, Map<String, Path> files) {
        ExpertSet set = new ExpertSet(engine, new LinkedHashMap<>(), new ArrayList<>(), files);
        try {
            for (ExpertEntry entry : wanted) {
                LlamaModel model = set.models.computeIfAbsent(modelOf.get(entry),
                        path -> LlamaModel.load(engine, path));
                set.experts.add(new LlamaExpert(entry.name(), model,
                        adapterOf.get(entry), entry.temperature(), entry.system().orElse(null)));
            }
            return set;
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /** What evaluates the experts. */
    public LlamaEngine engine() {
        return engine;
    }

    /** The experts, in the file's order. */
    public List<? extends Expert> experts() {
        return List.copyOf(experts);
    }

    /** The files that were loaded, by the name that the experts file gives them. */
    public Map<String, Path> files() {
        return Map.copyOf(files);
    }

    /** Whether the engine can evaluate the experts at once. */
    public boolean concurrent() {
        return experts.stream().allMatch(LlamaExpert::concurrent);
    }

    /** The files of the models, each once; adapters are not among them. */
    public List<Path> models() {
        return List.copyOf(models.keySet());
    }

    /** Tokens of context that every model was trained for. */
    public int trainedContext() {
        return models.values().stream().mapToInt(LlamaModel::trainedContext).min().orElseThrow();
    }

    /** The experts as one; the set still owns them, so it is the set that is to be closed. */
    public FusedExpert fused(String name, FusionRule rule, Weighting weighting) {
        return new FusedExpert(name, experts, rule, weighting);
    }

    @Override
    public void close() {
        experts.forEach(LlamaExpert::close);
        models.values().forEach(LlamaModel::close);
    }
}
