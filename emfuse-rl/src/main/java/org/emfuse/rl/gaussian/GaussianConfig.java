package org.emfuse.rl.gaussian;

import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.etm.ModelConfig;

/**
 * Settings of training a Gaussian transition model.
 *
 * @param architecture of the model
 * @param batch slices of a batch, for each member
 * @param rate learning rate of Adam
 * @param weightDecay L2 penalty of the weights of each layer of an ensemble, the first layer's first; empty for none
 * @param updates in all
 * @param evaluateEvery updates between measurements of the hold-out error
 * @param patience measurements without a better one of any member after which training stops
 * @param evaluationRows slices of each length in a measurement
 * @param seed of everything random
 * @param data hash of the data's content
 */
public record GaussianConfig(GaussianArchitecture architecture, int batch, double rate, List<Double> weightDecay,
        long updates, long evaluateEvery, int patience, int evaluationRows, long seed, String data)
        implements
            ModelConfig {

    /** Of the published ensemble of four hidden layers. */
    private static final List<Double> PUBLISHED_DECAY = List.of(2.5e-5, 5e-5, 7.5e-5, 7.5e-5, 1e-4);

    /** Copies the list; checks the ranges. */
    public GaussianConfig {
        weightDecay = List.copyOf(weightDecay);
        int layers = architecture.kind() == GaussianKind.ENSEMBLE ? architecture.depth() + 1 : 0;
        require(batch >= 1, "a batch of at least 1", batch);
        require(rate > 0 && Double.isFinite(rate), "a rate > 0", rate);
        require(weightDecay.isEmpty() || weightDecay.size() == layers, "no weight decay or " + layers + " values of it",
                weightDecay);
        require(weightDecay.stream().allMatch(decay -> decay >= 0 && Double.isFinite(decay)), "weight decay >= 0",
                weightDecay);
        require(updates >= 1, "at least one update", updates);
        require(evaluateEvery >= 1, "updates between measurements >= 1", evaluateEvery);
        require(patience >= 1, "a patience of at least one measurement", patience);
        require(evaluationRows >= 1, "measurements on at least one row", evaluationRows);
        require(!data.isBlank(), "the hash of its data", "none");
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "training a Gaussian transition model needs " + expected + ", found " + found);
        }
    }

    /**
     * The published settings, batch 256: an ensemble learns at 1e-3 with a weight decay that grows from 2.5e-5 in the first layer
     * to 1e-4 in the last, an any-step model at 3e-4 without.
     */
    public static GaussianConfig of(GaussianArchitecture architecture, long updates, long seed, String data) {
        boolean ensemble = architecture.kind() == GaussianKind.ENSEMBLE;
        return new GaussianConfig(architecture, 256, ensemble ? 1e-3 : 3e-4,
                ensemble ? decay(architecture.depth()) : List.of(), updates, Math.max(1, updates / 10), 25, 1000, seed,
                data);
    }

    /** The published values; for another number of layers, those at the same relative depth. */
    private static List<Double> decay(int depth) {
        int last = PUBLISHED_DECAY.size() - 1;
        return IntStream.rangeClosed(0, depth).mapToObj(i -> PUBLISHED_DECAY.get(Math.round((float) i * last / depth)))
                .toList();
    }

    @Override
    public String kind() {
        return architecture.kind().id();
    }

    @Override
    public int longest() {
        return architecture.longest();
    }

    /** The same with another batch and learning rate. */
    public GaussianConfig withBatch(int size, double otherRate) {
        return new GaussianConfig(architecture, size, otherRate, weightDecay, updates, evaluateEvery, patience,
                evaluationRows, seed, data);
    }

    /** The same measured at other times. */
    public GaussianConfig withEvaluation(long every, int otherPatience, int rows) {
        return new GaussianConfig(architecture, batch, rate, weightDecay, updates, every, otherPatience, rows, seed,
                data);
    }

    /** The weight decay of a parameter, by its name: of weights only. */
    double decayOf(String parameter) {
        for (int layer = 0; layer < weightDecay.size(); layer++) {
            if (parameter.equals(EnsembleNetwork.NAME + "." + layer + ".weight")) {
                return weightDecay.get(layer);
            }
        }
        return 0;
    }
}
