package org.emfuse.rl.gaussian;

import org.emfuse.rl.torch.Parameters;

/** Which network gives mean and variance of a target. */
public enum GaussianKind {

    /** Several networks on a state and one action, as of MOPO (Yu et al. 2020). */
    ENSEMBLE("ensemble"),
    /** One recurrent network on a state and the actions after it, as of ADMPO (Lin et al. 2025). */
    ANY_STEP("gaussian");

    /** Makes a network once its parameters exist. */
    interface Declared {
        GaussianNetwork of(Parameters parameters);
    }

    private final String id;

    GaussianKind(String id) {
        this.id = id;
    }

    /** For commands and records. */
    public String id() {
        return id;
    }

    Declared declare(Parameters.Builder builder, int observationSize, int actionSize,
            GaussianArchitecture architecture) {
        return switch (this) {
            case ENSEMBLE -> EnsembleNetwork.declare(builder, observationSize, actionSize, architecture);
            case ANY_STEP -> AnyStepNetwork.declare(builder, observationSize, actionSize, architecture);
        };
    }
}
