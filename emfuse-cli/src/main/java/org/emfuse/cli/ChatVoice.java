package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.Method;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.config.Nearest;
import org.jspecify.annotations.Nullable;

/** Who speaks in a chat, which may change between answers without anything being evaluated anew. */
final class ChatVoice {

    /** Stands for every expert where one can be named. */
    static final String ALL = "all";

    private final List<String> names;
    private final @Nullable FusedContext context;
    private final ExpertsFile file;
    private RuleParameters parameters;
    private String ruleName;
    private FusionRule rule;
    private List<String> weightWords;
    private Weighting weighting;
    private int only;

    /** The experts of an opened context, under the method that it was opened with. */
    ChatVoice(Voice voice, ExpertContext context, ExpertsFile file, RuleParameters parameters) {
        this.names = voice.names();
        this.context = context instanceof FusedContext fused ? fused : null;
        this.file = file;
        this.parameters = parameters;
        Method method = voice.methods().isEmpty() ? null : voice.methods().getFirst();
        this.rule = method == null ? new Additive() : method.rule();
        this.ruleName = rule.name();
        this.weighting = method == null ? new Weighting.Uniform() : method.weighting();
        this.weightWords = List.of(weighting.name());
        this.only = method == null ? 0 : -1;
    }

    /** The experts' names. */
    List<String> names() {
        return names;
    }

    /** Who speaks, in words. */
    String description() {
        return only >= 0 ? names.get(only) + " alone" : ruleName + ", " + String.join(" ", weightWords) + " weights";
    }

    /** The one expert that speaks, {@link #ALL} for all of them. */
    String only() {
        return only >= 0 ? names.get(only) : ALL;
    }

    private FusedContext fused() {
        if (context == null) {
            throw new IllegalArgumentException("only one expert is loaded; start without --only to have all of "
                    + String.join(", ", file.names()));
        }
        return context;
    }

    /** Another rule. */
    void rule(String name) {
        FusionRule chosen = parameters.rule(name);
        apply(chosen, weighting, -1);
        ruleName = name;
    }

    /** Other weights: a name, or one number per expert. */
    void weights(List<String> words) {
        apply(rule, words.size() == 1 && !isNumber(words.getFirst())
                ? parameters.weighting(words.getFirst(), file)
                : new Weighting.Fixed(ExpertWeights.of(numbers(words))), -1);
        weightWords = List.copyOf(words);
    }

    private static boolean isNumber(String word) {
        try {
            Double.parseDouble(word);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private double[] numbers(List<String> words) {
        if (words.size() != names.size()) {
            throw new IllegalArgumentException("expected " + String.join(", ", ExpertsFile.WEIGHTS) + ", or "
                    + names.size() + " numbers for " + String.join(" ", names) + "; found " + String.join(" ", words));
        }
        double[] numbers = new double[words.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!isNumber(words.get(i))) {
                throw new IllegalArgumentException("expected a number for " + names.get(i) + ", found '" + words.get(i)
                        + "'");
            }
            numbers[i] = Double.parseDouble(words.get(i));
        }
        return numbers;
    }

    /** One expert alone, or all again. */
    void only(String name) {
        if (name.equals(only())) {
            return;
        }
        fused();
        List<String> known = new ArrayList<>(names);
        known.add(ALL);
        if (!known.contains(name)) {
            throw new IllegalArgumentException("unknown expert '" + name + "'" + Nearest.hint(name, known) + " Known: "
                    + String.join(", ", known) + ".");
        }
        apply(rule, weighting, name.equals(ALL) ? -1 : names.indexOf(name));
    }

    /** The others are evaluated too where one speaks alone, so that they know what was said when they speak again. */
    private void apply(FusionRule newRule, Weighting newWeighting, int newOnly) {
        FusedContext members = fused();
        if (newOnly >= 0) {
            members.fuseBy(new Additive(), new Weighting.Fixed(ExpertWeights.vertex(names.size(), newOnly)));
        } else {
            members.fuseBy(newRule, newWeighting);
        }
        rule = newRule;
        weighting = newWeighting;
        only = newOnly;
    }

    /** What rules and weightings read. */
    RuleParameters parameters() {
        return parameters;
    }

    /** Rule and weights by their names again, with other parameters. */
    void parameters(RuleParameters others) {
        parameters = others;
        if (context != null) {
            int before = only;
            rule(ruleName);
            weights(weightWords);
            apply(rule, weighting, before);
        }
    }

    /** What can be read back with {@link #restore}. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("rule", ruleName);
        values.put("weights", String.join(" ", weightWords));
        values.put("only", only());
        values.putAll(parameters.values());
        return values;
    }

    /** The method in effect, for records. */
    Map<String, Object> configuration() {
        return FusionOptions.configuration(List.of(new Method("chat", rule, weighting)));
    }

    /** Speaks as the values say. */
    void restore(Map<String, String> values) {
        for (String name : parameters.values().keySet()) {
            String value = values.get(name);
            parameters = value == null ? parameters : parameters.with(name, value);
        }
        if (context != null) {
            rule(values.getOrDefault("rule", ruleName));
            weights(List.of(values.getOrDefault("weights", String.join(" ", weightWords)).split(" ", -1)));
        }
        only(values.getOrDefault("only", only()));
    }
}
