package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;

/** The network d → 128 → 128 → 64 that the encoders read a slice's first state with (spec 05 §3). */
final class StateEncoder {

    static final int SIZE = 64;
    private static final int HIDDEN = 128;
    private static final int LAYERS = 3;

    private StateEncoder() {}

    static int declare(Parameters.Builder builder, int observationSize) {
        return Mlp.declareKeepingVariance(builder, "state", observationSize, HIDDEN, HIDDEN, SIZE);
    }

    static Mlp of(Parameters parameters, int first) {
        return Mlp.of(parameters, first, LAYERS);
    }
}
