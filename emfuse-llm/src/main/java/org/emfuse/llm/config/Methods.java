package org.emfuse.llm.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Method;

/** Rules and weightings from their names, and the methods that they make together. */
public final class Methods {

    private Methods() {}

    /**
     * A rule.
     *
     * @throws IllegalArgumentException if there is none of that name, or α is out of range
     */
    public static FusionRule rule(String name, Selector selector, double alpha) {
        return switch (name) {
            case "additive" -> new Additive();
            case "mixture" -> new Mixture();
            case "emselect" -> new EmSelect(alpha, selector, 0, 0);
            default -> throw new IllegalArgumentException("unknown rule '" + name + "'"
                    + Nearest.hint(name, ExpertsFile.RULES) + " Known: " + String.join(", ", ExpertsFile.RULES) + ".");
        };
    }

    /**
     * A weighting.
     *
     * @throws IllegalArgumentException if there is none of that name, a parameter is out of range, or the file's own
     *     weights do not sum to 1
     */
    public static Weighting weighting(String name, ExpertsFile file, double tau, double beta) {
        return switch (name) {
            case "uniform" -> new Weighting.Uniform();
            case "fixed" -> new Weighting.Fixed(file.fixedWeights());
            case "prompt" -> new Weighting.Prompt(tau);
            case "entropy" -> new Weighting.Entropy(beta);
            default -> throw new IllegalArgumentException("unknown weights '" + name + "'"
                    + Nearest.hint(name, ExpertsFile.WEIGHTS) + " Known: " + String.join(", ", ExpertsFile.WEIGHTS)
                    + ".");
        };
    }

    /**
     * Checks parameters whether or not a rule or weighting reads them: a wrong one is a mistake where it does not, too.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public static void requireParameters(double tau, double beta, Selector selector, double alpha) {
        Methods.rule("emselect", selector, alpha);
        new Weighting.Prompt(tau);
        new Weighting.Entropy(beta);
    }

    /**
     * Every rule under every weighting that it heeds. Named {@code emfuse}, {@code emselect}, {@code mixture}, with
     * {@code -WEIGHTS} behind it for weights that are not uniform.
     *
     * @param notices receives a line where a weighting changes nothing
     */
    public static List<Method> of(List<FusionRule> rules, List<Weighting> weightings, Consumer<String> notices) {
        List<Method> methods = new ArrayList<>();
        for (FusionRule rule : rules) {
            String plain = rule instanceof Additive ? "emfuse" : rule.name();
            List<Weighting> heeded = heedsWeights(rule) ? weightings : List.of(weightings.getFirst());
            if (!heedsWeights(rule) && !weightings.stream().allMatch(Methods::isUniform)) {
                notices.accept("the rule " + rule.name() + " with the selector " + ((EmSelect) rule).selector()
                        + " reads weights only to leave out experts of weight 0; it runs once");
            }
            for (Weighting weighting : heeded) {
                boolean suffix = heedsWeights(rule) && !isUniform(weighting);
                methods.add(new Method(suffix ? plain + "-" + weighting.name() : plain, rule, weighting));
            }
        }
        return List.copyOf(methods);
    }

    private static boolean isUniform(Weighting weighting) {
        return weighting instanceof Weighting.Uniform;
    }

    private static boolean heedsWeights(FusionRule rule) {
        return !(rule instanceof EmSelect select) || select.selector() == Selector.CONSENSUS;
    }
}
