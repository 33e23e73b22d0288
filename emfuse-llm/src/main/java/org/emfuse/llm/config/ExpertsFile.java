package org.emfuse.llm.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Selector;
import org.emfuse.wording.FileFailure;
import tools.jackson.databind.JsonNode;

/**
 * An experts file: who decides, and how they are fused. Pure data; nothing is opened.
 *
 * @param path the file; the paths in it are relative to its folder
 * @param base the base model, a path or a catalog name; empty if every expert has a model of its own
 * @param experts at least one, in the order that rules break ties by
 * @param rule {@code additive}, {@code emselect} or {@code mixture}
 * @param weights {@code uniform}, {@code fixed}, {@code prompt} or {@code entropy}
 * @param tau of {@code prompt} weights, in nats, positive
 * @param beta of {@code entropy} weights, at least 0
 * @param selector of {@code emselect}
 * @param alpha of {@code emselect}
 */
public record ExpertsFile(Path path, Optional<String> base, List<ExpertEntry> experts, String rule, String weights,
        double tau, double beta, Selector selector, double alpha) {

    /** Energies are single numbers of 32 bits: much below, logits divided by it have no place in them. */
    private static final double LOWEST_TEMPERATURE = 1e-6;

    /** The rules, by name. */
    public static final List<String> RULES = List.of("additive", "emselect", "mixture");

    /** The weightings, by name. */
    public static final List<String> WEIGHTS = List.of("uniform", "fixed", "prompt", "entropy");

    /** τ of {@code prompt} weights where none is given: that of PackLLM's code (spec 04 §1). */
    public static final double DEFAULT_TAU = 1;

    /** β of {@code entropy} weights where none is given. */
    public static final double DEFAULT_BETA = 1;

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is missing or wrong; the message says where and what to write instead
     */
    public static ExpertsFile read(Path path) {
        try {
            return parse(path, Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the experts file " + path
                    + " does not exist; models/demo.yaml is an example", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the experts file " + path + " could not be read: "
                    + FileFailure.reason(e), e);
        }
    }

    static ExpertsFile parse(Path path, String text) {
        YamlTree tree = YamlTree.parse(path.toString(), text);
        tree.requireKeys("base", "experts", "weights", "tau", "beta", "rule", "selector", "alpha");
        Optional<String> base = tree.textIfAny("base");
        List<ExpertEntry> experts = experts(tree, base.isPresent());
        // Weights may be a name, or a mapping of the name and its parameter.
        YamlTree weights = tree.value("weights").filter(JsonNode::isObject)
                .map(node -> tree.child("weights", node)).orElse(tree);
        if (weights != tree) {
            weights.requireKeys("kind", "tau", "beta");
        }
        ExpertsFile file = new ExpertsFile(path, base, experts,
                oneOf(tree, "rule", RULES, "additive"),
                oneOf(weights, weights == tree ? "weights" : "kind", WEIGHTS, "uniform"),
                weights.numberIfAny("tau").orElse(DEFAULT_TAU), weights.numberIfAny("beta").orElse(DEFAULT_BETA),
                selector(tree.where(), tree.textIfAny("selector").orElse(EmSelect.DEFAULT.selector().name())),
                tree.numberIfAny("alpha").orElse(EmSelect.DEFAULT.alpha()));
        if (file.weights().equals("fixed")) {
            file.fixedWeights();
        }
        try {
            Methods.requireParameters(file.tau(), file.beta(), file.selector(), file.alpha());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
        return file;
    }

    private static List<ExpertEntry> experts(YamlTree tree, boolean base) {
        List<ExpertEntry> experts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode node : tree.list("experts")) {
            YamlTree entry = tree.child("experts[" + experts.size() + "]", node);
            entry.requireKeys("name", "adapter", "model", "weight", "temperature", "system");
            ExpertEntry expert = new ExpertEntry(entry.text("name"), entry.textIfAny("adapter"),
                    entry.textIfAny("model"), entry.numberIfAny("weight").orElse(1.0),
                    entry.numberIfAny("temperature").orElse(1.0), entry.textIfAny("system"));
            if (!names.add(expert.name())) {
                throw new IllegalArgumentException(entry.where() + ": the name '" + expert.name()
                        + "' is taken by an expert before");
            }
            if (!base && expert.model().isEmpty()) {
                throw new IllegalArgumentException(entry.where() + ": the expert '" + expert.name()
                        + "' has no 'model', and the file has no 'base'");
            }
            if (!(expert.temperature() >= LOWEST_TEMPERATURE) || Double.isInfinite(expert.temperature())) {
                throw new IllegalArgumentException(entry.where() + ": expected a temperature of at least "
                        + LOWEST_TEMPERATURE + ", found " + expert.temperature());
            }
            if (!(expert.weight() >= 0) || Double.isInfinite(expert.weight())) {
                throw new IllegalArgumentException(entry.where() + ": expected a weight of at least 0, found "
                        + expert.weight());
            }
            experts.add(expert);
        }
        return List.copyOf(experts);
    }

    private static String oneOf(YamlTree tree, String key, List<String> known, String otherwise) {
        String value = tree.textIfAny(key).orElse(otherwise);
        if (!known.contains(value)) {
            throw new IllegalArgumentException(tree.where() + ": unknown " + key + " '" + value + "'"
                    + Nearest.hint(value, known) + " Known: " + String.join(", ", known) + ".");
        }
        return value;
    }

    /**
     * A selector by name, in any case, with {@code -} or {@code _}.
     *
     * @param where what the message starts with
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Selector selector(String where, String name) {
        String normal = name.toUpperCase(Locale.ROOT).replace('-', '_');
        List<String> known = Arrays.stream(Selector.values()).map(Enum::name).toList();
        if (!known.contains(normal)) {
            throw new IllegalArgumentException(where + ": unknown selector '" + name + "'"
                    + Nearest.hint(name, known) + " Known: " + String.join(", ", known) + ".");
        }
        return Selector.valueOf(normal);
    }

    /** The experts' names, in order. */
    public List<String> names() {
        return experts.stream().map(ExpertEntry::name).toList();
    }

    /**
     * λ from the experts' own weights, which have to sum to 1. Experts that say none count 1 each, so a file that says none
     * at all is uniform.
     *
     * @throws IllegalArgumentException if they do not sum to 1
     */
    public ExpertWeights fixedWeights() {
        double[] weights = experts.stream().mapToDouble(ExpertEntry::weight).toArray();
        if (experts.stream().allMatch(expert -> expert.weight() == 1)) {
            return ExpertWeights.uniform(weights.length);
        }
        try {
            return ExpertWeights.of(weights);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage()
                    + ". Give every expert a 'weight' so that they sum to 1.", e);
        }
    }
}
