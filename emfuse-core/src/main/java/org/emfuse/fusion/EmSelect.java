package org.emfuse.fusion;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.FloatEnergies;

/**
 * EMSelect: the row of the one expert that is nearest to the pairwise fusion (spec 02). Experts with λ = 0 do not play;
 * beyond that only {@link Selector#CONSENSUS} uses λ. Ties go to the incumbent, so the experts' order is part of the
 * result.
 *
 * @param alpha exponent of the incumbent in the pairwise fusion, in [1e-3, 1 - 1e-3]
 * @param selector how the winner among several experts is found
 * @param delta nats by which a challenger must win under {@link Selector#STICKY}, at least 0
 * @param topK compare on the union of both experts' {@code topK} most probable outcomes; 0 for all outcomes
 */
public record EmSelect(double alpha, Selector selector, double delta, int topK) implements FusionRule {

    /** The paper's rule: α = 1/2, king of the hill, all outcomes. */
    public static final EmSelect DEFAULT = new EmSelect(0.5, Selector.KING_OF_HILL, 0, 0);

    /** Refuses parameters out of range. */
    public EmSelect {
        if (!(alpha >= 1e-3 && alpha <= 1 - 1e-3)) {
            throw new IllegalArgumentException("expected alpha in [0.001, 0.999], found " + alpha);
        }
        if (!(delta >= 0) || Double.isInfinite(delta) || topK < 0) {
            throw new IllegalArgumentException(
                    "expected delta and topK of at least 0, found " + delta + " and " + topK);
        }
    }

    @Override
    public String name() {
        return "emselect";
    }

    @Override
    public FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out) {
        FusionRule.requireRows(rows, weights, out);
        int winner = select(rows, weights, state).winner();
        System.arraycopy(rows.get(winner), 0, out, 0, out.length);
        return new FusedRow(out, winner, new RuleState(winner), false);
    }

    /**
     * Selects one expert.
     *
     * @param rows normalised energies, one row per expert, all of them valid
     * @param weights λ
     * @param state the state after the previous position; read by {@link Selector#STICKY}
     */
    public Selection select(List<float[]> rows, ExpertWeights weights, RuleState state) {
        List<Integer> players = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            if (weights.lambda(i) > 0) {
                players.add(i);
            }
        }
        return switch (selector) {
            case KING_OF_HILL -> kingOfHill(rows, players, 0);
            case STICKY -> {
                int incumbent = players.indexOf(state.incumbent());
                if (incumbent > 0) {
                    players.remove(/* index */ incumbent);
                    players.addFirst(state.incumbent());
                }
                yield kingOfHill(rows, players, delta);
            }
            case ROUND_ROBIN -> roundRobin(rows, players);
            case BALANCED_BRACKET -> bracket(rows, players);
            case CONSENSUS -> new Selection(consensus(rows, weights, players), List.of());
        };
    }

    /** Select i iff D_ij ≥ 0, that is iff KL(p_ij ‖ p_i) ≤ KL(p_ij ‖ p_j). */
    private Comparison meet(List<float[]> rows, int incumbent, int challenger) {
        float[] first = rows.get(incumbent);
        float[] second = rows.get(challenger);
        Pair pair = topK == 0 ? Pair.compare(first, second, alpha) : Pair.compareTop(first, second, alpha, topK);
        if (Double.isNaN(pair.d())) {
            throw new IllegalArgumentException(
                    "experts " + incumbent + " and " + challenger + " could not be compared: D is not a number");
        }
        return new Comparison(incumbent, challenger, pair);
    }

    private Selection kingOfHill(List<float[]> rows, List<Integer> players, double margin) {
        List<Comparison> comparisons = new ArrayList<>();
        int incumbent = players.getFirst();
        for (int challenger : players.subList(1, players.size())) {
            Comparison met = meet(rows, incumbent, challenger);
            comparisons.add(met);
            incumbent = met.pair().d() < -margin ? challenger : incumbent;
        }
        return new Selection(incumbent, Collections.unmodifiableList(comparisons));
    }

    private Selection roundRobin(List<float[]> rows, List<Integer> players) {
        List<Comparison> comparisons = new ArrayList<>();
        int[] wins = new int[rows.size()];
        double[] margins = new double[rows.size()];
        for (int i = 0; i < players.size(); i++) {
            for (int j = i + 1; j < players.size(); j++) {
                Comparison met = meet(rows, players.get(i), players.get(j));
                comparisons.add(met);
                double d = met.pair().d();
                wins[d >= 0 ? met.incumbent() : met.challenger()]++;
                margins[met.incumbent()] += d;
                margins[met.challenger()] -= d;
            }
        }
        int best = players.getFirst();
        for (int i : players) {
            if (wins[i] > wins[best] || (wins[i] == wins[best] && margins[i] > margins[best])) {
                best = i;
            }
        }
        return new Selection(best, Collections.unmodifiableList(comparisons));
    }

    private Selection bracket(List<float[]> rows, List<Integer> players) {
        List<Comparison> comparisons = new ArrayList<>();
        List<Integer> round = players;
        while (round.size() > 1) {
            List<Integer> next = new ArrayList<>();
            for (int k = 0; k + 1 < round.size(); k += 2) {
                Comparison met = meet(rows, round.get(k), round.get(k + 1));
                comparisons.add(met);
                next.add(met.pair().d() < 0 ? met.challenger() : met.incumbent());
            }
            if (round.size() % 2 == 1) {
                next.add(round.getLast());
            }
            round = next;
        }
        return new Selection(round.getFirst(), Collections.unmodifiableList(comparisons));
    }

    /** argmin KL(p_fuse ‖ p_i) = argmin E_fuse[E_i]; the first player where the product is empty. */
    private static int consensus(List<float[]> rows, ExpertWeights weights, List<Integer> players) {
        float[] fused = EnergyFusion.fuse(weights, rows, FloatEnergies.SPACE);
        if (Boltzmann.normalizeUnlessEmpty(fused) == Double.NEGATIVE_INFINITY) {
            return players.getFirst();
        }
        double[] mean = Boltzmann.expectations(fused, players.stream().map(rows::get).toArray(float[][]::new));
        int best = 0;
        for (int k = 1; k < mean.length; k++) {
            best = mean[k] < mean[best] ? k : best;
        }
        return players.get(best);
    }
}
