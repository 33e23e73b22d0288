package org.emfuse.llm;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.energy.Boltzmann;

/**
 * Why a token has the energy that it has: every expert's part, and what the rule made of them. Under the additive rule
 * Σ λ_i E_i + log Z is the fused energy; under {@code emselect} it is the chosen expert's; under {@code mixture}
 * -log Σ λ_i exp(-E_i).
 *
 * @param token the token
 * @param label its text
 * @param rule the rule's name, {@code none} for a single expert
 * @param terms one line per expert
 * @param logZ log Z of the additive pool at this row, in nats, at most 0
 * @param energy the fused energy, in nats; what sampling started from
 * @param chosen index of the expert that the rule selected, -1 where it blends
 * @param driver index of the expert that drove the token: the chosen one, else the one whose λ_i (E_i(y₂) - E_i(y)) is
 *     largest, y₂ being the best other fused token; -1 where the first two are within {@link #NEUTRAL} nats
 * @param alternatives the most probable other tokens, lowest fused energy first
 */
public record Explanation(int token, String label, String rule, List<Term> terms, double logZ, double energy,
        int chosen,
        int driver, List<Alternative> alternatives) {

    /** Below this difference of the two strongest parts, in nats, no expert is said to have driven a token. */
    public static final double NEUTRAL = 0.05;

    /**
     * One expert's part.
     *
     * @param expert its name
     * @param lambda λ_i at this row
     * @param energy E_i of the token, in nats
     * @param weighted λ_i E_i, 0 where λ_i is
     */
    public record Term(String expert, double lambda, double energy, double weighted) {}

    /**
     * Another token of the same row.
     *
     * @param energy its fused energy, in nats
     */
    public record Alternative(int token, String label, double energy) {}

    /** The explanation of a token under a single expert: one term of weight 1. */
    public static Explanation single(String expert, Vocabulary vocabulary, float[] row, int token, int alternatives) {
        return new Explanation(token, vocabulary.label(token), "none",
                List.of(new Term(expert, 1, row[token], row[token])), 0, row[token], 0, 0,
                alternatives(vocabulary, row, token, alternatives));
    }

    /** The most probable tokens of a row but for one. */
    static List<Alternative> alternatives(Vocabulary vocabulary, float[] row, int token, int count) {
        List<Alternative> found = new ArrayList<>();
        for (int other : Boltzmann.lowest(row, count + 1)) {
            if (other != token && found.size() < count && row[other] < Float.POSITIVE_INFINITY) {
                found.add(new Alternative(other, vocabulary.label(other), row[other]));
            }
        }
        return found;
    }

    /** Σ λ_i E_i over the experts with weight, in nats. */
    public double weightedSum() {
        return terms.stream().mapToDouble(Term::weighted).sum();
    }
}
