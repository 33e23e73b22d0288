package org.emfuse.llm.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

import org.emfuse.energy.Boltzmann;

/** The steps that {@link SamplingParams} asks for, in order. */
final class EnergySteps {

    private EnergySteps() {}

    static List<EnergyStep> of(SamplingParams params, TokenHistory history) {
        List<EnergyStep> steps = new ArrayList<>();
        if (!params.logitBias().isEmpty()) {
            steps.add(step("logit bias", e -> bias(e, params.logitBias())));
        }
        if (params.repetitionPenalty() != 1 || params.presencePenalty() != 0 || params.frequencyPenalty() != 0) {
            steps.add(step("penalties", e -> penalize(e, params, history)));
        }
        if (params.temperature() > 0) {
            if (params.temperature() != 1) {
                steps.add(step("temperature", e -> scale(e, 1 / params.temperature())));
            }
            if (params.topK() > 0) {
                steps.add(step("top-k", e -> keep(e, Boltzmann.lowest(e, params.topK()))));
            }
            if (params.topP() < 1) {
                steps.add(step("top-p", e -> topP(e, params.topP())));
            }
            if (params.minP() > 0) {
                steps.add(step("min-p", e -> minP(e, params.minP())));
            }
        }
        return List.copyOf(steps);
    }

    private interface Change {
        void apply(float[] energies);
    }

    private static EnergyStep step(String name, Change change) {
        return new EnergyStep() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void apply(float[] energies) {
                change.apply(energies);
            }
        };
    }

    private static void bias(float[] e, Map<Integer, Double> bias) {
        bias.forEach((token, nats) -> {
            if (token >= e.length) {
                throw new IllegalArgumentException(
                        "logit bias for token " + token + ", but the vocabulary has " + e.length + " tokens");
            }
            e[token] -= nats.floatValue();
        });
    }

    /** Penalties are defined on normalised energies, which a bias may have left. */
    private static void penalize(float[] e, SamplingParams params, TokenHistory history) {
        Boltzmann.normalize(e);
        history.counts(params.penaltyWindow()).forEach((token, count) -> e[token] = (float) (e[token]
                * params.repetitionPenalty() + params.presencePenalty() + count * params.frequencyPenalty()));
    }

    /**
     * Multiplies energies. Where the lowest one would become too large for a number, as at very low temperatures, it
     * becomes 0 and the others stay as far above it: a constant has no effect on what is sampled.
     */
    private static void scale(float[] e, double factor) {
        float min = e[Boltzmann.argmin(e)];
        if (min < Float.POSITIVE_INFINITY && !Float.isFinite((float) (min * factor))) {
            for (int v = 0; v < e.length; v++) {
                e[v] = e[v] == min ? 0 : (float) (((double) e[v] - min) * factor);
            }
            return;
        }
        for (int v = 0; v < e.length; v++) {
            e[v] = (float) (e[v] * factor);
        }
    }

    private static void keep(float[] e, int[] tokens) {
        BitSet kept = new BitSet(e.length);
        Arrays.stream(tokens).forEach(kept::set);
        for (int v = kept.nextClearBit(0); v < e.length; v = kept.nextClearBit(v + 1)) {
            e[v] = Float.POSITIVE_INFINITY;
        }
    }

    /** The fewest most probable tokens whose mass reaches p; looked for among ever more candidates. */
    private static void topP(float[] e, double p) {
        Boltzmann.normalize(e);
        for (int candidates = 64;; candidates *= 4) {
            int[] lowest = Boltzmann.lowest(e, candidates);
            double mass = 0;
            for (int rank = 0; rank < lowest.length; rank++) {
                mass += Math.exp(-(double) e[lowest[rank]]);
                if (mass >= p) {
                    keep(e, Arrays.copyOf(lowest, rank + 1));
                    return;
                }
            }
            if (lowest.length == e.length) {
                return;
            }
        }
    }

    /** p(v) ≥ m p_max is E(v) ≤ E_min - log m. */
    private static void minP(float[] e, double m) {
        double most = e[Boltzmann.argmin(e)] - Math.log(m);
        for (int v = 0; v < e.length; v++) {
            e[v] = e[v] > most + 1e-6 ? Float.POSITIVE_INFINITY : e[v];
        }
    }
}
