package org.emfuse.llm.experts;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.emfuse.llm.Prompt;
import org.emfuse.llm.VocabularyMatch;
import org.emfuse.llm.config.ExpertEntry;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.gguf.AdapterFit;
import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.llama.LlamaEngine;
import org.emfuse.llm.llama.RenderedPrompt;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.wording.FileFailure;
import org.emfuse.wording.ShellWord;
import org.jspecify.annotations.Nullable;

/**
 * Checks the experts of a file by the headers of their files: no weights are loaded and nothing is fetched. What it finds
 * sound can still fail in the engine, which alone knows all architectures.
 */
public final class ExpertsCheck {

    private static final Prompt.Chat EXAMPLE = (Prompt.Chat) Prompt.user("What is 2 + 2?");

    private final ExpertsFile file;
    private final Path folder;
    private final ModelStore store;
    private final @Nullable LlamaEngine engine;
    private final Map<Path, GgufFile> headers = new LinkedHashMap<>();
    private final Map<Path, HeaderVocabulary> vocabularies = new LinkedHashMap<>();
    private final Map<String, Path> models = new LinkedHashMap<>();

    private ExpertsCheck(ExpertsFile file, ModelStore store, @Nullable LlamaEngine engine) {
        this.file = file;
        this.folder = ExpertSet.folder(file);
        this.store = store;
        this.engine = engine;
    }

    /**
     * What was found.
     *
     * @param experts in the file's order
     * @param problems between experts; those of one expert are its own
     * @param failures likewise what could not be found out between experts
     */
    public record Report(List<CheckedExpert> experts, List<String> problems, List<String> failures) {

        /** All problems, each with the name of its expert. */
        public List<String> all() {
            List<String> all = new ArrayList<>();
            experts.forEach(expert -> expert.problems()
                    .forEach(problem -> all.add("expert '" + expert.name() + "': " + problem)));
            all.addAll(problems);
            return all;
        }

        /** All failures, each with the name of its expert. */
        public List<String> allFailures() {
            List<String> all = new ArrayList<>();
            experts.forEach(expert -> expert.failures()
                    .forEach(failure -> all.add("expert '" + expert.name() + "' could not be checked: " + failure)));
            all.addAll(failures);
            return all;
        }
    }

    /**
     * Checks a file's experts.
     *
     * @param engine renders the example prompts; null leaves them out
     */
    public static Report of(ExpertsFile file, ModelStore store, @Nullable LlamaEngine engine) {
        ExpertsCheck check = new ExpertsCheck(file, store, engine);
        List<CheckedExpert> experts = file.experts().stream().map(check::expert).toList();
        Findings between = check.differences();
        return new Report(experts, List.copyOf(between.problems), List.copyOf(between.failures));
    }

    private CheckedExpert expert(ExpertEntry entry) {
        String model = entry.model().or(file::base).orElseThrow();
        Findings found = new Findings();
        Optional<GgufFile> base = found.trying(() -> model(model));
        base.ifPresent(header -> models.put(entry.name(), header.path()));
        entry.adapter().ifPresent(adapter -> found.trying(() -> adapter(adapter, base)));
        Optional<RenderedPrompt> rendered = engine == null || base.isEmpty()
                ? Optional.empty()
                : found.trying(() -> Optional.of(engine.render(
                        base.get().string(GgufFacts.TEMPLATE).orElse(null), EXAMPLE, entry.system().orElse(null))));
        return new CheckedExpert(entry.name(), model, entry.adapter(), explanation(entry, model, base),
                rendered.map(RenderedPrompt::template), rendered.map(RenderedPrompt::text), List.copyOf(found.problems),
                List.copyOf(found.failures));
    }

    /** Something that may be wrong with an expert's files. */
    private interface Look<T> {
        Optional<T> look();
    }

    /** What looks found: one that fails does not keep the next from being done. */
    private static final class Findings {

        private final List<String> problems = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();

        <T> Optional<T> trying(Look<T> look) {
            try {
                return look.look();
            } catch (IllegalArgumentException | IllegalStateException e) {
                problems.add(String.valueOf(e.getMessage()));
            } catch (UncheckedIOException e) {
                failures.add(FileFailure.message(e));
            } catch (RuntimeException e) { // of the engine
                failures.add(e.getMessage() == null ? e.toString() : e.getMessage());
            }
            return Optional.empty();
        }
    }

    private Optional<GgufFile> model(String name) {
        GgufFile header = header(here(name, store.present(name, folder)));
        header.requireModel();
        return Optional.of(header);
    }

    private GgufFile header(Path path) {
        return headers.computeIfAbsent(path, GgufFile::read);
    }

    private Path here(String name, Optional<Path> path) {
        return path.orElseThrow(() -> new IllegalStateException(name + " is not here yet; fetch it with: emfuse experts"
                + " fetch " + ShellWord.of(file.path())));
    }

    private Optional<GgufFile> adapter(String name, Optional<GgufFile> base) {
        Optional<Path> peft = new AdapterFiles(store, line -> {}).present(name, folder);
        if (peft.isPresent()) {
            PeftAdapter adapter = PeftAdapter.read(peft.get());
            base.ifPresent(adapter::requireFits);
            return Optional.empty();
        }
        GgufFile header = header(here(name, store.present(name, folder)));
        base.ifPresent(known -> AdapterFit.require(known, header));
        return Optional.of(header);
    }

    private String explanation(ExpertEntry entry, String model, Optional<GgufFile> base) {
        StringBuilder text = new StringBuilder(entry.adapter().map(adapter -> "The model " + model + " as changed by"
                + " the adapter " + adapter + ".").orElse("The model " + model + " as it is."));
        base.ifPresent(header -> {
            Map<String, Object> facts = GgufFacts.of(header);
            text.append(String.format(Locale.ROOT, " Architecture %s, %s layers, %s tokens in its vocabulary, %s of"
                    + " context.", facts.get("architecture"), facts.getOrDefault("layers", "unknown"),
                    facts.getOrDefault("vocabulary", "unknown"), facts.getOrDefault("context", "unknown")));
        });
        text.append(entry.system().map(system -> " It is told first: \"" + system + "\".")
                .orElse(" It gets no system text."));
        if (entry.temperature() != 1) {
            text.append(" Its energies are those of temperature ").append(entry.temperature())
                    .append(entry.temperature() > 1 ? ": it counts for less." : ": it counts for more.");
        }
        if (file.weights().equals("fixed")) {
            text.append(" Its weight is ").append(file.fixedWeights().lambda(file.experts().indexOf(entry)))
                    .append('.');
        }
        return text.toString();
    }

    /** Every model's vocabulary is compared with that of the first, as when they are fused. */
    private Findings differences() {
        Findings differences = new Findings();
        List<String> names = List.copyOf(models.keySet());
        for (int k = 1; k < names.size(); k++) {
            String first = names.getFirst();
            String other = names.get(k);
            differences.trying(() -> VocabularyMatch.problem(first, vocabulary(first), other, vocabulary(other)))
                    .ifPresent(differences.problems::add);
        }
        return differences;
    }

    private HeaderVocabulary vocabulary(String expert) {
        return vocabularies.computeIfAbsent(Objects.requireNonNull(models.get(expert)),
                path -> new HeaderVocabulary(header(path)));
    }
}
