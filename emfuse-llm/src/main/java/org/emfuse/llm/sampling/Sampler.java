package org.emfuse.llm.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import org.emfuse.energy.Boltzmann;

/** Draws tokens from rows of energies: a list of steps, then the most probable token or a random one. */
public final class Sampler {

    private final List<EnergyStep> steps;
    private final boolean greedy;

    private Sampler(List<EnergyStep> steps, boolean greedy) {
        this.steps = steps;
        this.greedy = greedy;
    }

    /**
     * A sampler of one request.
     *
     * @param history the request's generated tokens, which penalties read; the caller adds to it
     */
    public static Sampler of(SamplingParams params, TokenHistory history) {
        return new Sampler(EnergySteps.of(params, history), params.temperature() == 0);
    }

    /**
     * Draws a token.
     *
     * @param energies of all tokens, in nats, Σ exp(-E) = 1; afterwards the normalised energies that were sampled from
     * @param rng read once, unless the most probable token is taken
     * @return the token; the smallest id on ties of the most probable one
     * @throws IllegalArgumentException if the steps left no token
     */
    public int sample(float[] energies, RandomGenerator rng) {
        if (!steps.isEmpty()) {
            steps.forEach(step -> step.apply(energies));
            normalize(energies);
        }
        return greedy ? Boltzmann.argmin(energies) : draw(energies, rng.nextDouble());
    }

    /** What became of one token's energy. */
    public record Trace(String step, double energy) {}

    /** The normalised energy of a token after each step; {@code energies} is not changed. */
    public List<Trace> trace(float[] energies, int token) {
        float[] copy = energies.clone();
        List<Trace> traces = new ArrayList<>();
        for (EnergyStep step : steps) {
            step.apply(copy);
            normalize(copy);
            traces.add(new Trace(step.name(), copy[token]));
        }
        return traces;
    }

    private static void normalize(float[] energies) {
        if (Boltzmann.normalizeUnlessEmpty(energies) == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "no token is left to sample: the logit bias forbids all that the experts allow");
        }
    }

    /** The first token at which the cumulated mass exceeds u; the last possible one where rounding left a gap. */
    private static int draw(float[] energies, double u) {
        double mass = 0;
        int last = -1;
        for (int v = 0; v < energies.length; v++) {
            if (energies[v] < Float.POSITIVE_INFINITY) {
                mass += Math.exp(-(double) energies[v]);
                last = v;
                if (u < mass) {
                    return v;
                }
            }
        }
        return last;
    }
}
