package org.emfuse.cli;

import org.emfuse.rl.etm.ModelConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When the error of a model in training is measured, and how long it may go without getting better. */
final class PatienceOption {

    @Option(names = "--patience", paramLabel = "N", description = "Of a model: measurements in a row without a better one after which training stops early. Default: 25, which is reached only with a smaller --evaluate-every.")
    @Nullable
    private Integer patience;

    /**
     * Updates between measurements.
     *
     * @param usual settings
     * @param asked for with {@code --evaluate-every}; null for the usual ones
     */
    static long every(ModelConfig usual, @Nullable Long asked) {
        if (asked == null) {
            return usual.evaluateEvery();
        }
        if (asked < 1 || asked > usual.updates()) {
            throw new IllegalArgumentException("--evaluate-every takes 1 to " + usual.updates()
                    + ", the updates of --steps, found " + asked);
        }
        return asked;
    }

    /** Measurements without a better one. One that is asked for has to be able to end; the first measurement is always the best. */
    int of(ModelConfig usual, @Nullable Long evaluateEvery) {
        if (patience == null) {
            return usual.patience();
        }
        long every = every(usual, evaluateEvery);
        long measurements = Math.ceilDiv(usual.updates(), every);
        if (patience < 1 || patience > measurements - 2) {
            throw new IllegalArgumentException("--patience takes at least 1 and at most 2 less than the measurements,"
                    + " here " + measurements + " (--steps " + usual.updates() + " by --evaluate-every " + every
                    + "), or training could not stop early; found " + patience);
        }
        return patience;
    }
}
