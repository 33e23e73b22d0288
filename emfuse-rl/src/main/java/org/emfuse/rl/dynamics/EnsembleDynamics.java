package org.emfuse.rl.dynamics;

import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * Several simulators of one system. Each predicts the next step; a trajectory goes on with that of a member drawn anew for it, and
 * where the members disagree, the ensemble does not know.
 */
public final class EnsembleDynamics implements Dynamics {

    private final List<Dynamics> members;
    private final HistoryDivergence divergence;

    /**
     * An ensemble, which owns its members.
     *
     * @param members at least one, of one space; histories are as long as the shortest of their longest slices
     * @param divergence of their next states, which is the uncertainty
     * @throws IllegalArgumentException if there is none, or if their spaces differ
     */
    public EnsembleDynamics(List<? extends Dynamics> members, HistoryDivergence divergence) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble has at least one member, found none");
        }
        this.members = List.copyOf(members);
        this.divergence = divergence;
        Dynamics first = members.getFirst();
        for (Dynamics member : members) {
            first.space().requireSame(first.name(), member.space(), member.name());
        }
        if (divergence.unit().length != space().observationSize()) {
            throw new IllegalArgumentException("the uncertainty has units for " + divergence.unit().length
                    + " state coordinates, " + name() + " has " + space().observationSize());
        }
    }

    @Override
    public String name() {
        return String.join(", ", members.stream().map(Dynamics::name).toList());
    }

    @Override
    public TransitionSpace space() {
        return members.getFirst().space();
    }

    @Override
    public int longestSlice() {
        return members.stream().mapToInt(Dynamics::longestSlice).min().orElseThrow();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        List<Prediction> all = members.stream().map(member -> member.predict(histories, trajectories, random)).toList();
        int n = trajectories.length;
        double[][] next = new double[n][];
        double[] rewards = new double[n];
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            int row = i;
            Prediction chosen = all.get(random.nextInt(all.size()));
            next[i] = chosen.next()[i];
            rewards[i] = chosen.rewards()[i];
            u[i] = divergence.of(all.stream().map(each -> each.next()[row]).toArray(double[][]::new));
        }
        int[] predictions = new int[n];
        Arrays.fill(predictions, all.size());
        return new Prediction(next, rewards, u, predictions);
    }

    /** The members, in their order; they belong to the ensemble. */
    public List<Dynamics> members() {
        return members;
    }

    @Override
    public void close() {
        members.forEach(Dynamics::close);
    }
}
