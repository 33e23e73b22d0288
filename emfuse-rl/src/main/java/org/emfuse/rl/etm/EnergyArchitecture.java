package org.emfuse.rl.etm;

import java.util.Objects;

import org.emfuse.rl.torch.ConditionedMlp;
import org.emfuse.rl.torch.Parameters;

/**
 * The shape of an energy-based transition model.
 *
 * @param encoder how it reads histories
 * @param longest k, the longest slice; 1 for {@link EncoderKind#PAIR}
 * @param width units of each hidden layer of the energy's network
 * @param depth its number of hidden layers
 */
public record EnergyArchitecture(EncoderKind encoder, int longest, int width, int depth) {

    /** What targets in box coordinates are like: most are well below the largest, which is 1. */
    private static final double TARGET_RMS = 0.2;

    /** Checks the ranges. */
    public EnergyArchitecture {
        Objects.requireNonNull(encoder, "encoder");
        require(longest >= 1 && longest <= 100, "a longest slice from 1 to 100", longest);
        require(encoder != EncoderKind.PAIR || longest == 1, "slices of length 1 where it reads one action", longest);
        require(width >= 1 && width <= 16_384, "1 to 16384 units in a layer", width);
        require(depth >= 1 && depth <= 16, "1 to 16 hidden layers", depth);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("a transition model needs " + expected + ", found " + found);
        }
    }

    /** The plain model: one state and action, 200×4. */
    public static EnergyArchitecture etm() {
        return new EnergyArchitecture(EncoderKind.PAIR, 1, 200, 4);
    }

    /** The any-step model: attention over slices of up to k actions, 200×4. */
    public static EnergyArchitecture adetm(int longest) {
        return new EnergyArchitecture(EncoderKind.ATTENTION, longest, 200, 4);
    }

    /** The same with another network of the energy. */
    public EnergyArchitecture withHead(int otherWidth, int otherDepth) {
        return new EnergyArchitecture(encoder, longest, otherWidth, otherDepth);
    }

    /**
     * Declares the energy's network. In the plain model the first layer begins as one on context and target together; beside an
     * encoder's many numbers the target's few have a layer of their own (docs/decisions/0020).
     */
    int declareHead(Parameters.Builder builder, int observationSize, int actionSize) {
        int context = encoder.size(observationSize, actionSize);
        int target = observationSize + 1;
        ConditionedMlp.Bounds bounds = encoder == EncoderKind.PAIR
                ? ConditionedMlp.Bounds.together(context, target)
                : ConditionedMlp.Bounds.apart(context, target, TARGET_RMS);
        return ConditionedMlp.declare(builder, "head", context, target, bounds, width, depth);
    }
}
