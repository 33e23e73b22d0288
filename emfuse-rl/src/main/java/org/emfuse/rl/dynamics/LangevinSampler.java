package org.emfuse.rl.dynamics;

import java.util.List;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link Chain chains}, one per history of a landscape. Rows are taken in blocks, side by side on the workers; each
 * block draws from a source of its own, so that the result does not depend on the number of workers.
 */
public final class LangevinSampler {

    /** Rows at a time: a block's hidden layers stay in a processor's cache. */
    static final int BLOCK = 512;

    private final TorchWorkers workers;

    /** A sampler on workers, which it does not own. */
    public LangevinSampler(TorchWorkers workers) {
        this.workers = workers;
    }

    /**
     * Where chains began and where they ended, in box coordinates [b, d + 1].
     *
     * @param starts a view; in the scope of the ends
     */
    public record Travel(Tensor starts, Tensor ends) {}

    /** Chains of some rows, with a source of their own; what it makes belongs to the current scope. */
    @FunctionalInterface
    private interface Block {
        Tensor chains(EnergyLandscape rows, TorchRandom random);
    }

    /**
     * Where chains end.
     *
     * @param random draws the seed of each block's starts and noise
     * @return targets in box coordinates [b, d + 1], in the current scope
     */
    public Tensor sample(EnergyLandscape energy, Chain chain, RandomStream random) {
        return blocks(energy, random, (rows, source) -> walked(rows, chain, start(rows, chain, source), source));
    }

    /** The same chains, with where they began. */
    public Travel travel(EnergyLandscape energy, Chain chain, RandomStream random) {
        Tensor both = blocks(energy, random, (rows, source) -> {
            Tensor start = start(rows, chain, source);
            return Tensors.cat(1, start, walked(rows, chain, start.copy(), source));
        });
        long size = both.size(1) / 2;
        return new Travel(both.narrow(1, 0, size), both.narrow(1, size, size).contiguous());
    }

    private Tensor blocks(EnergyLandscape energy, RandomStream random, Block block) {
        long b = energy.size();
        int blocks = Math.toIntExact((b + BLOCK - 1) / BLOCK);
        long[] seeds = new long[blocks];
        for (int i = 0; i < blocks; i++) {
            seeds[i] = random.nextLong();
        }
        List<Tensor> ends = workers.compute(blocks, i -> {
            long first = (long) i * BLOCK;
            return block.chains(energy.rows(first, Math.min(BLOCK, b - first)), new TorchRandom(seeds[i]));
        });
        try {
            return Tensors.cat(0, ends.toArray(Tensor[]::new));
        } finally {
            ends.forEach(Tensor::close);
        }
    }

    /** Takes chains from u to their ends, in place. */
    private static Tensor walked(EnergyLandscape energy, Chain chain, Tensor u, TorchRandom random) {
        Chain.Walk walk = chain.walk(u.shape());
        for (int j = 0; j < chain.steps(); j++) {
            try (TorchScope _ = new TorchScope()) {
                walk.advance(u, energy.gradient(u), noise(u, chain, random), j);
            }
        }
        return u;
    }

    private static Tensor start(EnergyLandscape energy, Chain chain, TorchRandom random) {
        Tensor centre = energy.centre();
        return switch (chain.start()) {
            case ZERO -> Tensors.zeros(centre.shape());
            case CENTRE -> centre.copy();
            case UNIFORM -> random.uniform(-1, 1, centre.shape());
        };
    }

    private static @Nullable Tensor noise(Tensor u, Chain chain, TorchRandom random) {
        return chain.noise() == 0 ? null : random.normal(u.shape());
    }

    /**
     * Share of coordinates whose travel exceeds 90 % of what their chain can reach at most: where it is not small, chains end
     * for want of steps and not in a low point.
     *
     * @param u where chains of this landscape ended
     */
    public static double shareNearReach(EnergyLandscape energy, Chain chain, Tensor u) {
        try (TorchScope _ = new TorchScope()) {
            Tensor start = chain.start() == Chain.Start.ZERO ? Tensors.zeros(u.shape()) : energy.centre();
            return share(u.sub(start).abs(), 0.9 * chain.reach());
        }
    }

    /** Share of coordinates that ended at the edge of the box. */
    public static double shareAtBox(Chain chain, Tensor u) {
        try (TorchScope _ = new TorchScope()) {
            return share(u.abs(), chain.box() * (1 - 1e-6));
        }
    }

    private static double share(Tensor values, double limit) {
        return values.greater(limit).to(DType.FLOAT32).mean().item();
    }
}
