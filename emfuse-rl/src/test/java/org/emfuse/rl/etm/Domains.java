package org.emfuse.rl.etm;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchRandom;

/** Small domains of a bent system of two states and one action, and models of them. */
final class Domains {

    static final TransitionSpace SPACE = new TransitionSpace("bent",
            List.of(new Quantity("x", "1", -100, 100), new Quantity("y", "1", -100, 100)),
            List.of(new Quantity("a", "1", -10, 10)));

    private Domains() {}

    /** Episodes around a centre. */
    static Transitions data(int episodes, int length, long seed, double centre) {
        int n = episodes * length;
        Transitions data = new Transitions(2, 1, new float[2 * n], new float[n], new float[n], new float[2 * n],
                new boolean[n], new boolean[n]);
        RandomStream random = RandomStream.of(seed, "bent");
        for (int e = 0; e < episodes; e++) {
            double[] s = {centre + random.gaussian(), random.gaussian()};
            for (int t = 0; t < length; t++) {
                int i = e * length + t;
                double a = random.uniform(-1, 1);
                double[] next = {s[0] + 0.2 * s[1], s[1] + 0.3 * a - 0.1 * Math.sin(s[0])};
                data.actions()[i] = (float) a;
                data.rewards()[i] = (float) -(s[0] * s[0] + a * a);
                for (int j = 0; j < 2; j++) {
                    data.observations()[2 * i + j] = (float) s[j];
                    data.nextObservations()[2 * i + j] = (float) next[j];
                }
                s = next;
            }
            data.timeouts()[(e + 1) * length - 1] = true;
        }
        return data;
    }

    /** A new model with given scales. */
    static EnergyModel model(String name, EnergyArchitecture architecture, Normaliser.Values scales, long seed) {
        return new EnergyModel(name, SPACE, architecture, Normaliser.of(scales), new TorchRandom(seed));
    }
}
