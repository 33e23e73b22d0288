package org.emfuse.rl.offline;

import org.emfuse.rl.data.Transitions;

/**
 * By what rewards are multiplied so that the episodes' returns span 1,000: implicit Q-learning's inverse temperature of 3 is
 * meant for such returns (Kostrikov et al. 2021, section 5.2 and appendix B).
 */
final class RewardScale {

    private static final double SPAN = 1000;

    private RewardScale() {}

    /** {@code 1000 / (best - worst return)}; 1 where the episodes do not differ. */
    static double of(Transitions data) {
        double best = Double.NEGATIVE_INFINITY;
        double worst = Double.POSITIVE_INFINITY;
        double episode = 0;
        for (int i = 0; i < data.size(); i++) {
            episode += data.rewards()[i];
            if (data.episodeEnd(i)) {
                best = Math.max(best, episode);
                worst = Math.min(worst, episode);
                episode = 0;
            }
        }
        return best > worst ? SPAN / (best - worst) : 1;
    }
}
