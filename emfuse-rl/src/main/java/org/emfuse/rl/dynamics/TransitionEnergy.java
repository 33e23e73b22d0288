package org.emfuse.rl.dynamics;

/**
 * A transition model as an energy of its targets: low where a target is likely after a history. One expert and several fused
 * ones are both of this kind, and nothing that uses one asks which.
 */
public interface TransitionEnergy extends AutoCloseable {

    /** For messages and tables. */
    String name();

    /** What its targets are about. */
    TransitionSpace space();

    /** The longest slice k that it takes, at least 1. */
    int longestSlice();

    /** The energies of targets after given slices. What it costs to read the slices is paid here, once. */
    EnergyLandscape given(Slices slices);

    /** Frees the networks; idempotent. */
    @Override
    void close();
}
