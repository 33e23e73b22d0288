package org.emfuse.llm.eval;

import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerSums;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one row.
 *
 * @param id of the row
 * @param choice index of the option that the first method takes
 * @param probabilities of every option under the first method, summing to 1
 * @param logZ log Z at the first answer token under the first method's λ, in nats, at most 0; 0 for a single expert
 * @param experts every expert's probabilities
 * @param methods every method's answer
 * @param answer index of the right option, null if it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"id", "choice", "probabilities", "logZ", "experts", "methods", "answer"})
public record Decision(String id, int choice, double[] probabilities, double logZ, Map<String, double[]> experts,
        Map<String, Answer> methods, @Nullable Integer answer) {

    /** What experts are called among methods. */
    public static final String EXPERT = "expert:";

    /**
     * One method's answer.
     *
     * @param choice index of the most probable option
     * @param probabilities of every option
     */
    public record Answer(int choice, double[] probabilities) {}

    /**
     * The decision that scores say.
     *
     * @param only the expert that decided alone, null where methods did
     */
    static Decision of(DecisionRow row, AnswerScores scores, @Nullable String only) {
        Map<String, double[]> experts = new LinkedHashMap<>();
        Map<String, Answer> methods = new LinkedHashMap<>();
        for (AnswerSums sums : scores.experts()) {
            experts.put(only == null ? sums.name() : only, sums.probabilities());
        }
        if (only != null) {
            AnswerSums sums = scores.experts().getFirst();
            methods.put(EXPERT + only, new Answer(sums.choice(), sums.probabilities()));
        }
        for (AnswerSums sums : scores.methods()) {
            methods.put(sums.name(), new Answer(sums.choice(), sums.probabilities()));
        }
        Answer first = methods.values().iterator().next();
        return new Decision(row.id(), first.choice(), first.probabilities(), scores.logZ(), experts, methods,
                row.answer());
    }

    /** Index of the most probable option of an expert, the first on ties. */
    public int choiceOf(String expert) {
        double[] p = experts.getOrDefault(expert, new double[1]);
        int best = 0;
        for (int k = 1; k < p.length; k++) {
            best = p[k] > p[best] ? k : best;
        }
        return best;
    }

    /** Every choice by name: experts as {@code expert:NAME}, then methods. */
    public Map<String, Integer> choices() {
        Map<String, Integer> choices = new LinkedHashMap<>();
        experts.keySet().forEach(name -> choices.put(EXPERT + name, choiceOf(name)));
        methods.forEach((name, answer) -> choices.put(name, answer.choice()));
        return choices;
    }
}
