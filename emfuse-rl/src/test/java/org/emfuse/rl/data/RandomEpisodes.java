package org.emfuse.rl.data;

import org.emfuse.rl.random.RandomStream;

/** Transitions of random lengths, observations and rewards, for properties. */
final class RandomEpisodes {

    private RandomEpisodes() {}

    /** Episodes of the given lengths: a random walk of 3 coordinates each, 2 actions in [-1, 1]. */
    static Transitions of(long seed, int... lengths) {
        RandomStream random = RandomStream.of(seed, "episodes");
        int n = 0;
        for (int length : lengths) {
            n += length;
        }
        Transitions data = new Transitions(3, 2, new float[3 * n], new float[2 * n], new float[n], new float[3 * n],
                new boolean[n], new boolean[n]);
        int i = 0;
        for (int length : lengths) {
            float[] state = {(float) random.gaussian() * 3, (float) random.gaussian() * 3, (float) random.gaussian()};
            for (int t = 0; t < length; t++, i++) {
                System.arraycopy(state, 0, data.observations(), 3 * i, 3);
                for (int c = 0; c < 3; c++) {
                    state[c] += (float) (0.1 * random.gaussian());
                }
                System.arraycopy(state, 0, data.nextObservations(), 3 * i, 3);
                data.actions()[2 * i] = (float) random.uniform(-1, 1);
                data.actions()[2 * i + 1] = (float) random.uniform(-1, 1);
                data.rewards()[i] = (float) random.gaussian();
            }
            data.timeouts()[i - 1] = true;
        }
        return data;
    }

    /** Random lengths from 1 to {@code longest}. */
    static int[] lengths(long seed, int episodes, int longest) {
        RandomStream random = RandomStream.of(seed, "lengths");
        int[] lengths = new int[episodes];
        for (int e = 0; e < episodes; e++) {
            lengths[e] = 1 + random.nextInt(longest);
        }
        return lengths;
    }
}
