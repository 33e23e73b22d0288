package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.config.Methods;

/**
 * What rules and weightings read beside their names.
 *
 * @param selector how emselect finds one of several
 * @param alpha exponent of the incumbent in emselect
 * @param tau nats of prompt loss that matter, for prompt weights
 * @param beta how strongly uncertainty costs weight, for entropy weights
 */
record RuleParameters(Selector selector, double alpha, double tau, double beta) {

    /** Refuses values out of range. */
    RuleParameters {
        Methods.requireParameters(tau, beta, selector, alpha);
    }

    /** A rule by name. */
    FusionRule rule(String name) {
        return Methods.rule(name, selector, alpha);
    }

    /** A weighting by name, with the fixed weights of a file. */
    Weighting weighting(String name, ExpertsFile file) {
        return Methods.weighting(name, file, tau, beta);
    }

    /** Each with its value; the names are those of the command line's options. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("selector", selector.name());
        values.put("alpha", alpha);
        values.put("tau", tau);
        values.put("beta", beta);
        return values;
    }

    /**
     * These parameters with another value of one of them.
     *
     * @throws IllegalArgumentException if the value is none for it, or out of range
     */
    RuleParameters with(String name, String text) {
        return switch (name) {
            case "selector" -> new RuleParameters(ExpertsFile.selector(name, text), alpha, tau, beta);
            case "alpha" -> new RuleParameters(selector, number(name, text), tau, beta);
            case "tau" -> new RuleParameters(selector, alpha, number(name, text), beta);
            case "beta" -> new RuleParameters(selector, alpha, tau, number(name, text));
            default -> throw new IllegalArgumentException("unknown parameter '" + name + "'");
        };
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number for " + name + ", found '" + text + "'", e);
        }
    }
}
