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
        become(parameters, name, weightWords, -1);
    }

    /** Other weights: a name, or one number per expert. */
    void weights(List<String> words) {
        become(parameters, ruleName, words, -1);
    }

    private Weighting weighting(RuleParameters read, List<String> words) {
        return words.size() == 1 && !isNumber(words.getFirst())
                ? read.weighting(words.getFirst(), file)
                : new Weighting.Fixed(ExpertWeights.of(numbers(words)));
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
        if (!name.equals(only())) {
            fused();
            become(parameters, ruleName, weightWords, place(name));
        }
    }

    private int place(String name) {
        List<String> known = new ArrayList<>(names);
        known.add(ALL);
        if (!known.contains(name)) {
            throw new IllegalArgumentException("unknown expert '" + name + "'" + Nearest.hint(name, known) + " Known: "
                    + String.join(", ", known) + ".");
        }
        return name.equals(ALL) ? -1 : names.indexOf(name);
    }

    /**
     * All of it or, where something is wrong, nothing. The others are evaluated too where one speaks alone, so that they know what
     * was said when they speak again.
     */
    private void become(RuleParameters read, String newRule, List<String> newWeights, int newOnly) {
        FusedContext members = fused();
        FusionRule rule = read.rule(newRule);
        Weighting weighting = weighting(read, newWeights);
        if (newOnly >= 0) {
            members.fuseBy(new Additive(), new Weighting.Fixed(ExpertWeights.vertex(names.size(), newOnly)));
        } else {
            members.fuseBy(rule, weighting);
        }
        this.rule = rule;
        this.weighting = weighting;
        parameters = read;
        ruleName = newRule;
        weightWords = List.copyOf(newWeights);
        only = newOnly;
    }

    /** What rules and weightings read. */
    RuleParameters parameters() {
        return parameters;
    }

    /** Rule and weights by their names again, with other parameters. */
    void parameters(RuleParameters others) {
        if (context == null) {
            parameters = others;
        } else {
            become(others, ruleName, weightWords, only);
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

    /** Speaks as the values say; where one expert alone is loaded it speaks, and the rest is kept for those who load all. */
    void restore(Map<String, String> values) {
        RuleParameters read = parameters;
        for (String name : parameters.values().keySet()) {
            String value = values.get(name);
            read = value == null ? read : read.with(name, value);
        }
        String newRule = values.getOrDefault("rule", ruleName);
        List<String> newWeights = List
                .of(values.getOrDefault("weights", String.join(" ", weightWords)).split(" ", -1));
        String newOnly = values.getOrDefault("only", only());
        if (context != null) {
            become(read, newRule, newWeights, place(newOnly));
        } else if (newOnly.equals(only())) {
            read.rule(newRule);
            parameters = read;
            ruleName = newRule;
            weightWords = newWeights;
        } else {
            fused();
        }
    }
}
