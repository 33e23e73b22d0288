package org.emfuse.rl.etm;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.DType;

/**
 * Settings of training an energy-based transition model (spec 05 §§1, 4).
 *
 * @param architecture of the model
 * @param batch slices of a batch
 * @param negatives K, chains per slice
 * @param chains that make the negatives
 * @param products type in which their derivatives are computed: single precision, or bfloat16, which is faster and coarser
 * @param margin length of ∂E/∂u above which it is penalised
 * @param rate learning rate of Adam at the start
 * @param cosine whether the rate falls to 0 over the updates as half a cosine; the published program keeps it
 * @param weightDecay its L2 penalty, beside a loss that is summed over the batch
 * @param updates in all
 * @param evaluateEvery updates between measurements of the hold-out error
 * @param patience measurements without a better one after which training stops
 * @param evaluationRows slices of each length in a measurement
 * @param prediction chains of a measurement
 * @param seed of everything random
 * @param data hash of the data's content
 */
public record EnergyConfig(EnergyArchitecture architecture, int batch, int negatives, Chain chains, DType products,
        double margin,
        double rate, boolean cosine, double weightDecay, long updates, long evaluateEvery, int patience,
        int evaluationRows,
        Chain prediction, long seed, String data) implements ModelConfig {

    /** Checks the ranges. */
    public EnergyConfig {
        require(batch >= 1, "a batch of at least 1", batch);
        require(negatives >= 1, "at least one negative", negatives);
        require(margin >= 0 && Double.isFinite(margin), "a margin >= 0", margin);
        require(rate > 0 && Double.isFinite(rate), "a rate > 0", rate);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "a weight decay >= 0", weightDecay);
        require(updates >= 1, "at least one update", updates);
        require(evaluateEvery >= 1, "updates between measurements >= 1", evaluateEvery);
        require(patience >= 1, "a patience of at least one measurement", patience);
        require(evaluationRows >= 1, "measurements on at least one row", evaluationRows);
        require(prediction.noise() == 0, "predictions without noise", prediction.noise());
        require(!data.isBlank(), "the hash of its data", "none");
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("training a transition model needs " + expected + ", found " + found);
        }
    }

    /** The published settings at a batch of 256: 16 negatives of 50 steps, margin 5, rate 1e-3, decay 1e-4. */
    public static EnergyConfig of(EnergyArchitecture architecture, long updates, long seed, String data) {
        return new EnergyConfig(architecture, 256, 16, Langevin.negatives(), DType.FLOAT32, 5, 1e-3, false, 1e-4,
                updates,
                Math.max(1, updates / 10), 25, 500, Langevin.prediction(100), seed, data);
    }

    @Override
    public String kind() {
        return architecture.encoder().id();
    }

    @Override
    public int longest() {
        return architecture.longest();
    }

    /** The same with another batch and other negatives. */
    public EnergyConfig withBatch(int size, int negativesPerSlice, int chainSteps) {
        return new EnergyConfig(architecture, size, negativesPerSlice, chains.withSteps(chainSteps), products, margin,
                rate,
                cosine, weightDecay, updates, evaluateEvery, patience, evaluationRows, prediction, seed, data);
    }

    /** The same with other chains for its negatives. */
    public EnergyConfig withChains(Chain other, DType type) {
        return new EnergyConfig(architecture, batch, negatives, other, type, margin, rate, cosine, weightDecay, updates,
                evaluateEvery, patience, evaluationRows, prediction, seed, data);
    }

    /** The same with other predictions in measurements. */
    public EnergyConfig withPrediction(Chain other) {
        return new EnergyConfig(architecture, batch, negatives, chains, products, margin, rate, cosine, weightDecay,
                updates,
                evaluateEvery, patience, evaluationRows, other, seed, data);
    }

    /** The same with a rate that falls to 0. */
    public EnergyConfig withCosine() {
        return new EnergyConfig(architecture, batch, negatives, chains, products, margin, rate, true, weightDecay,
                updates,
                evaluateEvery, patience, evaluationRows, prediction, seed, data);
    }

    /** The learning rate of an update, counted from 1. */
    public double rate(long update) {
        return cosine ? Adam.halfCosine(rate, update, updates) : rate;
    }

    /** The same measured at other times. */
    public EnergyConfig withEvaluation(long every, int otherPatience, int rows) {
        return new EnergyConfig(architecture, batch, negatives, chains, products, margin, rate, cosine, weightDecay,
                updates,
                every,
                otherPatience, rows, prediction, seed, data);
    }
}
