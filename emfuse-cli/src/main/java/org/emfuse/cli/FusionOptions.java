package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Method;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.config.Methods;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How experts are fused; what is not given comes from the experts file. */
final class FusionOptions {

    @Option(names = "--rule", paramLabel = "RULE", split = ",", description = "additive (EMFuse), emselect (EMSelect), mixture. Default: the experts file's.")
    private List<String> rules = new ArrayList<>();

    @Option(names = "--weights", paramLabel = "WEIGHTS", split = ",", description = "Where λ comes from: uniform, fixed, prompt, entropy. Default: the experts file's.")
    private List<String> weights = new ArrayList<>();

    @Option(names = "--tau", paramLabel = "T", description = "Nats of prompt loss that matter, for prompt weights.")
    @Nullable
    private Double tau;

    @Option(names = "--beta", paramLabel = "B", description = "How strongly uncertainty costs weight, for entropy weights.")
    @Nullable
    private Double beta;

    @Option(names = "--alpha", paramLabel = "A", description = "Exponent of the incumbent in emselect, 0.001 to 0.999.")
    @Nullable
    private Double alpha;

    @Option(names = "--selector", paramLabel = "NAME", description = "How emselect finds one of several: KING_OF_HILL, CONSENSUS, ROUND_ROBIN, BALANCED_BRACKET,"
            + " STICKY.")
    @Nullable
    private String selector;

    /** Every rule under every weighting that it heeds, in the order given. */
    List<Method> methods(ExpertsFile file, Consumer<String> notices) {
        RuleParameters parameters = parameters(file);
        List<FusionRule> named = new ArrayList<>();
        for (String rule : rules.isEmpty() ? List.of(file.rule()) : rules) {
            named.add(parameters.rule(rule.strip()));
        }
        List<Weighting> weightings = new ArrayList<>();
        for (String name : weights.isEmpty() ? List.of(file.weights()) : weights) {
            weightings.add(parameters.weighting(name.strip(), file));
        }
        if (named.stream().distinct().count() < named.size()
                || weightings.stream().distinct().count() < weightings.size()) {
            throw new IllegalArgumentException("a rule or weighting is given twice: " + given());
        }
        return Methods.of(named, weightings, notices);
    }

    /** What rules and weightings read, as the options say, else the file. */
    RuleParameters parameters(ExpertsFile file) {
        return new RuleParameters(selector == null ? file.selector() : ExpertsFile.selector("--selector", selector),
                alpha == null ? file.alpha() : alpha, tau == null ? file.tau() : tau,
                beta == null ? file.beta() : beta);
    }

    /**
     * The one method of commands that take one.
     *
     * @throws IllegalArgumentException if there are several
     */
    Method method(ExpertsFile file, Consumer<String> notices) {
        List<Method> methods = methods(file, notices);
        if (methods.size() > 1) {
            throw new IllegalArgumentException("expected one rule and one weighting, found " + given());
        }
        return methods.getFirst();
    }

    /** Rules and weights as they would be given, without those that are not. */
    private String given() {
        return Stream.of(Map.entry("--rule ", rules), Map.entry("--weights ", weights))
                .filter(option -> !option.getValue().isEmpty())
                .map(option -> option.getKey() + String.join(",", option.getValue()))
                .collect(Collectors.joining(" "));
    }

    /** Rules and weights in effect, for run records; always in the same order, because a hash is taken over it. */
    static Map<String, Object> configuration(List<Method> methods) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        for (Method method : methods) {
            Map<String, Object> settings = new LinkedHashMap<>();
            settings.put("rule", method.rule().toString());
            settings.put("weights", method.weighting().toString());
            configuration.put(method.name(), settings);
        }
        return configuration;
    }
}
