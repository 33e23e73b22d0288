package org.emfuse.rl.gaussian;

import java.util.Objects;

/**
 * The shape of a Gaussian transition model.
 *
 * @param kind of network
 * @param longest k, the longest slice; 1 for an ensemble
 * @param members of an ensemble; 1 for an any-step model
 * @param elites members that predict: those with the smallest errors on data kept apart
 * @param width units of a layer
 * @param depth hidden layers of an ensemble's members; residual blocks of an any-step model, after three recurrent layers
 */
public record GaussianArchitecture(GaussianKind kind, int longest, int members, int elites, int width, int depth) {

    /** Checks the ranges. */
    public GaussianArchitecture {
        Objects.requireNonNull(kind, "kind");
        require(longest >= 1 && longest <= 100, "a longest slice from 1 to 100", longest);
        require(members >= 1 && members <= 100, "1 to 100 members", members);
        require(elites >= 1 && elites <= members, "at least one elite and no more than its members", elites);
        require(kind != GaussianKind.ENSEMBLE || longest == 1, "slices of length 1 where it reads one action", longest);
        require(kind != GaussianKind.ANY_STEP || members == 1, "one member where it is an any-step model", members);
        require(width >= 1 && width <= 16_384, "1 to 16384 units in a layer", width);
        require(depth >= 1 && depth <= 16, "1 to 16 layers", depth);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("a Gaussian transition model needs " + expected + ", found " + found);
        }
    }

    /** The published ensemble: 7 members of which 5 predict, 200×4. */
    public static GaussianArchitecture ensemble() {
        return new GaussianArchitecture(GaussianKind.ENSEMBLE, 1, 7, 5, 200, 4);
    }

    /** The published any-step model: three recurrent layers of 200 and four residual blocks. */
    public static GaussianArchitecture anyStep(int longest) {
        return new GaussianArchitecture(GaussianKind.ANY_STEP, longest, 1, 1, 200, 4);
    }

    /** The same with other layers. */
    public GaussianArchitecture withLayers(int otherWidth, int otherDepth) {
        return new GaussianArchitecture(kind, longest, members, elites, otherWidth, otherDepth);
    }

    /** The same with another number of members. */
    public GaussianArchitecture withMembers(int otherMembers, int otherElites) {
        return new GaussianArchitecture(kind, longest, otherMembers, otherElites, width, depth);
    }
}
