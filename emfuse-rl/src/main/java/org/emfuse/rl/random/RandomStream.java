package org.emfuse.rl.random;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * One source of randomness, derived from a seed and a name. Streams of different names are independent, so that adding
 * draws to one (exploration, say) does not change another (replay). The state can be saved and restored, which makes a
 * resumed run equal to an uninterrupted one. One thread at a time.
 */
public final class RandomStream implements UniformRandomProvider {

    private final RestorableUniformRandomProvider source;
    private final SharedStateContinuousSampler normal;

    private RandomStream(RestorableUniformRandomProvider source) {
        this.source = source;
        this.normal = ZigguratSampler.NormalizedGaussian.of(source);
    }

    /** The stream of a seed and a name, for example {@code "exploration"}. */
    public static RandomStream of(long seed, String name) {
        return new RandomStream(RandomSource.XO_SHI_RO_256_PP.create(expand(seed, name)));
    }

    /** 256 bits of state from the seed and the name: FNV-1a over the name, then SplitMix64 steps. */
    private static long[] expand(long seed, String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        long z = mix(seed) ^ hash;
        long[] state = new long[4];
        for (int i = 0; i < state.length; i++) {
            z += 0x9e3779b97f4a7c15L;
            state[i] = mix(z);
        }
        return state;
    }

    private static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    /** A draw from the standard normal distribution. */
    public double gaussian() {
        return normal.sample();
    }

    /** A draw from the uniform distribution on [low, high). */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** The state, to be restored later; the caller owns the array. */
    public byte[] state() {
        return ((RandomProviderDefaultState) source.saveState()).getState();
    }

    /**
     * Goes back to a saved state.
     *
     * @throws IllegalArgumentException if the bytes are not a state of such a stream
     */
    public void restore(byte[] state) {
        int expected = state().length;
        if (state.length != expected) {
            throw new IllegalArgumentException(
                    "a random stream's state has " + expected + " bytes, found " + state.length);
        }
        source.restoreState(new RandomProviderDefaultState(Arrays.copyOf(state, state.length)));
    }

    @Override
    public long nextLong() {
        return source.nextLong();
    }

    @Override
    public int nextInt() {
        return source.nextInt();
    }
}
