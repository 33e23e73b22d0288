package org.emfuse.fusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;

/**
 * What EMSelect did over many positions: who was selected, how steadily, and whether it could matter (spec 02 §6). Add the
 * positions of a sequence in order, and tell where a new sequence begins.
 */
public final class SelectionStatistics {

    private final EmSelect rule;
    private final int[] selected;
    private RuleState state = RuleState.START;
    private int steps;
    private int runs;
    private int switches;
    private int successions;
    private int comparisons;
    private double marginSum;
    private long disjointPairs;
    private int restrictionDiffers;
    private int agreements;
    private int consensusDiffers;
    private int orderMatters;

    /**
     * Statistics of a rule.
     *
     * @param rule the rule whose selections are counted
     * @param experts how many experts there are
     */
    public SelectionStatistics(EmSelect rule, int experts) {
        this.rule = rule;
        this.selected = new int[experts];
    }

    /** The next position begins a sequence: it is no switch, and the rule has no incumbent. */
    public void startSequence() {
        state = RuleState.START;
    }

    /**
     * Adds a position.
     *
     * @param rows normalised energies, one row per expert
     * @param weights λ
     * @return what the rule selects there
     */
    public Selection add(List<float[]> rows, ExpertWeights weights) {
        Selection selection = rule.select(rows, weights, state);
        steps++;
        selected[selection.winner()]++;
        runs += selection.winner() == state.incumbent() ? 0 : 1;
        if (!state.equals(RuleState.START)) {
            successions++;
            switches += selection.winner() == state.incumbent() ? 0 : 1;
        }
        for (Comparison comparison : selection.comparisons()) {
            comparisons++;
            marginSum += Math.abs(comparison.pair().d());
        }
        disjointPairs += selection.disjointPairs();
        if (rule.topK() > 0) {
            int unrestricted = new EmSelect(rule.alpha(), rule.selector(), rule.delta(), 0)
                    .select(rows, weights, state).winner();
            restrictionDiffers += sameRow(rows, selection.winner(), unrestricted) ? 0 : 1;
        }
        agreements += argmaxAgrees(rows, weights) ? 1 : 0;
        int kingOfHill = with(Selector.KING_OF_HILL).select(rows, weights, RuleState.START).winner();
        int consensus = with(Selector.CONSENSUS).select(rows, weights, RuleState.START).winner();
        consensusDiffers += sameRow(rows, kingOfHill, consensus) ? 0 : 1;
        orderMatters += orderMatters(rows, weights, kingOfHill) ? 1 : 0;
        state = new RuleState(selection.winner());
        return selection;
    }

    private EmSelect with(Selector selector) {
        return new EmSelect(rule.alpha(), selector, 0, rule.topK());
    }

    private static boolean argmaxAgrees(List<float[]> rows, ExpertWeights weights) {
        return IntStream.range(0, rows.size()).filter(i -> weights.lambda(i) > 0)
                .map(i -> Boltzmann.argmin(rows.get(i))).distinct().count() <= 1;
    }

    /** Whether KING_OF_HILL selects another expert in some cyclic shift of the experts. */
    private boolean orderMatters(List<float[]> rows, ExpertWeights weights, int winner) {
        int n = rows.size();
        for (int shift = 1; shift < n; shift++) {
            List<float[]> shifted = new ArrayList<>();
            double[] lambda = new double[n];
            for (int k = 0; k < n; k++) {
                shifted.add(rows.get((k + shift) % n));
                lambda[k] = weights.lambda((k + shift) % n);
            }
            Selection other = with(Selector.KING_OF_HILL).select(shifted, ExpertWeights.of(lambda), RuleState.START);
            if (!sameRow(rows, (other.winner() + shift) % n, winner)) {
                return true;
            }
        }
        return false;
    }

    /** Experts with equal rows are one and the same here: ties among them are no difference. */
    private static boolean sameRow(List<float[]> rows, int first, int second) {
        return first == second || Arrays.equals(rows.get(first), rows.get(second));
    }

    /** Positions added. */
    public int steps() {
        return steps;
    }

    /** Share of the positions at which the expert was selected. */
    public double share(int expert) {
        return part(selected[expert]);
    }

    /** Share of the positions, first ones of sequences aside, at which another expert was selected than just before. */
    public double switchRate() {
        return successions == 0 ? 0 : (double) switches / successions;
    }

    /** Mean number of positions in a row with the same expert. */
    public double meanRunLength() {
        return runs == 0 ? 0 : (double) steps / runs;
    }

    /** Mean |D| over all comparisons, in nats; 0 where the selector compares no pairs. */
    public double meanMargin() {
        return comparisons == 0 ? 0 : marginSum / comparisons;
    }

    /** Pairs without a common outcome; each was decided for its incumbent (spec 02 §3). */
    public long disjointPairs() {
        return disjointPairs;
    }

    /**
     * Share of the positions at which comparing on the experts' {@code topK} outcomes selects another row than comparing
     * on all outcomes would (spec 02 §5); 0 for a rule that compares on all.
     */
    public double restrictionDiffers() {
        return part(restrictionDiffers);
    }

    /** Share of the positions at which all experts have the same most probable outcome: greedy choices are equal there. */
    public double argmaxAgreement() {
        return part(agreements);
    }

    /** Share of the positions at which KING_OF_HILL and CONSENSUS select different rows. */
    public double consensusDiffers() {
        return part(consensusDiffers);
    }

    /** Share of the positions at which the row of KING_OF_HILL depends on the experts' order, over all cyclic shifts. */
    public double orderMatters() {
        return part(orderMatters);
    }

    private double part(int count) {
        return steps == 0 ? 0 : (double) count / steps;
    }
}
